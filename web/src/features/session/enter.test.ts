import { describe, expect, it } from 'vitest';
import { destination, tokenFrom } from '@/features/session/enter';

describe('after signing in', () => {
  it('the page that was asked for opens', () => {
    expect(destination('/inspections?verdict=bad')).toBe('/inspections?verdict=bad');
    expect(destination(undefined)).toBe('/');
  });

  it.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', 'javascript:alert(1)'])(
    'no link leads to another site: %s',
    (to) => expect(destination(to)).toBe('/'),
  );
});

it('the token is what stands behind the #', () => {
  expect(tokenFrom('#abc-1%2B')).toBe('abc-1+');
  expect(tokenFrom('')).toBe('');
});
