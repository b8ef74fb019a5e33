// @vitest-environment node
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import de from '@/locales/de.json';
import en from '@/locales/en.json';

interface Tree {
  [key: string]: string | Tree;
}

function texts(tree: Tree, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value] as const] : [...texts(value, `${path}${key}.`)],
    ),
  );
}

const SOURCES = import.meta.glob<string>(['/src/**/*.{ts,tsx}', '!**/*.test.*', '!**/schema.d.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const ENGLISH = texts(en);
const GERMAN = texts(de);
/** A number with a word after it that is no unit. */
const COUNTED_NOUN = /\{\{count(, number)?\}\} (?!(s|min|h|d)\b)\p{L}/u;
const PLURAL = /_(zero|one|two|few|many|other)$/;

const placeholders = (text: string | undefined) => [...(text ?? '').matchAll(/\{\{\w+(, \w+)?\}\}/g)].map(([name]) => name).sort();

describe('every text', () => {
  it('exists in both languages', () => {
    const missing = [
      ...[...ENGLISH.keys()].filter((key) => !GERMAN.has(key)).map((key) => `de.json lacks ${key}: translate "${ENGLISH.get(key) ?? ''}"`),
      ...[...GERMAN.keys()].filter((key) => !ENGLISH.has(key)).map((key) => `en.json lacks ${key}: add it, or take it out of de.json`),
    ];
    expect(missing).toEqual([]);
  });

  it('has the same figures in it in both languages', () => {
    const different = [...ENGLISH].filter(([key, text]) => placeholders(GERMAN.get(key)).join() !== placeholders(text).join());
    expect(different.map(([key, text]) => `de.json ${key}: name ${placeholders(text).join(' ') || 'no figure'}, as en.json does`)).toEqual([]);
  });

  it('that counts has a form for one and one for many', () => {
    const bases = new Set([...ENGLISH.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')));
    const halves = [...bases].filter((base) => !ENGLISH.has(`${base}_one`) || !ENGLISH.has(`${base}_other`));
    const single = [...ENGLISH].filter(([key, text]) => COUNTED_NOUN.test(text) && !PLURAL.test(key)).map(([key]) => key);
    expect([...halves, ...single].map((base) => `en.json and de.json: give ${base} the forms _one and _other`)).toEqual([]);
  });

  it('is German in German', () => {
    const left = [...GERMAN].filter(([key, text]) => text === ENGLISH.get(key) && /\p{L}{2}/u.test(bare(text)) && !SAME_IN_BOTH.has(bare(text)));
    expect(left.map(([key, text]) => `de.json ${key}: translate "${text}", or add it to SAME_IN_BOTH in locales.test.ts`)).toEqual([]);
  });

  it('is used somewhere', () => {
    const { whole, patterns } = keysInSources();
    const isUsed = (key: string) => whole.has(key) || patterns.some((pattern) => pattern.test(key));
    const unused = [...ENGLISH.keys()].filter((key) => !LOOKED_UP.test(key) && !isUsed(key.replace(PLURAL, '')));
    expect(unused.map((key) => `en.json and de.json: take out ${key}, no page says it`)).toEqual([]);
    // Every source is parsed: seconds on a machine that does much else.
  }, 30_000);
});

/** Names, units and words that German plants use as they are. */
const SAME_IN_BOTH = new Set([
  'Administrator', 'Alarm', 'Code', 'Export', 'Filter', 'Gateway', 'Gateways', 'Hash', 'Live', 'MES', 'Name', 'OEE',
  'Offline', 'Online', 'Operator', 'QR-Code', 'Revision', 'SHA-', 'Server', 'Software', 'Station', 'Status', 'Test',
  'Token', 'Training', 'Version', 'Zoom', 'offline', 'online',
]);
/** Looked up by a code that the server sends; a test of the server (tests/architecture) holds them to its codes. */
const LOOKED_UP = /^(by_code\.|audit\.noun\.|import\.problem\.)/;

/** Without placeholders, units and signs. */
function bare(text: string): string {
  return text
    .replaceAll(/\{\{[^}]*\}\}/g, '')
    .replaceAll(/\b(ms|min|px|kB|MB)\b/g, '')
    .replaceAll(/[^\p{L}\s-]/gu, '')
    .trim();
}

const escaped = (text: string) => text.replaceAll('.', '\\.');

/** What of the sources may be a key: each string, and each template with anything in the place of its values. */
function keysInSources(): { whole: Set<string>; patterns: RegExp[] } {
  const sections = new Set(Object.keys(en));
  const whole = new Set<string>();
  const patterns = new Map<string, RegExp>();
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node)) whole.add(node.text);
    if (ts.isTemplateExpression(node) && sections.has(node.head.text.split('.')[0] ?? '')) {
      const spans = node.templateSpans.map((span) => `\\w+${escaped(span.literal.text)}`);
      const pattern = `^${escaped(node.head.text)}${spans.join('')}$`;
      patterns.set(pattern, new RegExp(pattern));
    }
    ts.forEachChild(node, visit);
  };
  for (const [path, text] of Object.entries(SOURCES)) visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return { whole, patterns: [...patterns.values()] };
}
