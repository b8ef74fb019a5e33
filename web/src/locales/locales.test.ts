import { expect, it } from 'vitest';
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

const placeholders = (text: string | undefined) => [...(text ?? '').matchAll(/\{\{\w+\}\}/g)].map(([name]) => name).sort();

it('every text exists in both languages, with the same figures in it', () => {
  const english = texts(en);
  const german = texts(de);
  expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [key, text] of english) expect(placeholders(german.get(key)), key).toEqual(placeholders(text));
});
