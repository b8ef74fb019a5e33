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
