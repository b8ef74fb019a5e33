import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const features = readdirSync(new URL('./src/features', import.meta.url));

/** Who may import what: app > features (never each other) > components > api > lib. */
function mayNotImport(files, forbidden, message) {
  return {
    files,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['../*', './*/*'], message: 'Use the @/ path.' }, { group: forbidden, message }] },
      ],
    },
  };
}

/** Letters, but not the product's name, nor the name of a key after what it does. */
const WORDS = String.raw`/^(?!\s*Goodpart\s*$)(?! \(Esc\)$).*\p{L}{2}/su`;
/** What is written right there, also with a value in it. */
const WRITTEN = `:matches(Literal[value=${WORDS}], TemplateLiteral:has(> TemplateElement[value.raw=${WORDS}]))`;
/** What stands on a key and what is typed into a machine is the same in every language. */
const SHOWING = ':matches(JSXFragment, JSXElement:not([openingElement.name.name=/^(kbd|code)$/]))';
const SAID = '[name.name=/^(aria-(label|description|valuetext)|title|placeholder|alt|label|description|error|legend|caption)$/]';
const UNTRANSLATED = "Put the text into src/locales/en.json and de.json, and say t('section.key') here.";
const UNFORMATTED = 'Figures and times are written as the reader does: useFigures(), or lib/time with useClockface().';

/** No text of a page but from the locales, and no figure but as the reader's language writes it. */
const wordsComeFromTheLocales = {
  files: ['src/**/*.{ts,tsx}'],
  ignores: ['src/**/*.test.{ts,tsx}'],
  rules: {
    'no-restricted-syntax': [
      'error',
      ...[
        `${SHOWING} > JSXText[value=${WORDS}]`,
        `${SHOWING} > JSXExpressionContainer > ${WRITTEN}`,
        `${SHOWING} > JSXExpressionContainer > :matches(ConditionalExpression, LogicalExpression) > ${WRITTEN}`,
        `JSXAttribute${SAID} > ${WRITTEN}`,
        `JSXAttribute${SAID} > JSXExpressionContainer > ${WRITTEN}`,
        `JSXAttribute${SAID} > JSXExpressionContainer > :matches(ConditionalExpression, LogicalExpression) > ${WRITTEN}`,
        `CallExpression[callee.property.name=/^(setError|setFieldError|showNotification)$/] > ${WRITTEN}`,
      ].map((selector) => ({ selector, message: UNTRANSLATED })),
      ...[
        'CallExpression[callee.property.name=/^(toFixed|toPrecision|toExponential|toLocaleString|toLocaleDateString|toLocaleTimeString)$/]',
        ":not(:matches(TSTypeReference, TSQualifiedName)) > MemberExpression[object.name='Intl'][property.name=/Format$/]:not([property.name='DateTimeFormat'])",
      ].map((selector) => ({ selector, message: UNFORMATTED })),
    ],
  },
};

/** The clock of a browser may be wrong by a day: only the module that keeps the server's time may look at it. */
const timeIsTheServers = {
  files: ['src/**/*.{ts,tsx}'],
  ignores: ['src/**/*.test.{ts,tsx}', 'src/lib/now.ts'],
  rules: {
    'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'Use serverNow() or useNow() of @/lib/now.' }],
  },
};

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: ['*.js', 'public/*.js'], ...tseslint.configs.disableTypeChecked },
  { files: ['eslint.config.js'], languageOptions: { globals: { URL: false } } },
  { files: ['public/*.js'], languageOptions: { globals: { localStorage: false, matchMedia: false, document: false } } },
  wordsComeFromTheLocales,
  timeIsTheServers,
  { files: ['src/components/useFigures.ts'], rules: { 'no-restricted-syntax': 'off' } },
  mayNotImport(['src/lib/**'], ['@/app/*', '@/features/*', '@/components/*', '@/api/*'], 'lib stands alone.'),
  mayNotImport(['src/api/**'], ['@/app/*', '@/features/*', '@/components/*'], 'api knows only lib.'),
  mayNotImport(['src/components/**'], ['@/app/*', '@/features/*'], 'components know api and lib.'),
  ...features.map((feature) =>
    mayNotImport(
      [`src/features/${feature}/**`],
      ['@/app/*', ...features.filter((other) => other !== feature).map((other) => `@/features/${other}/*`)],
      'A feature never imports another feature or the app around it.',
    ),
  ),
);
