import { expect, it } from 'vitest';
import { csvLines } from '@/lib/csv';

it('writes what a spreadsheet reads, and nothing that it runs', () => {
  expect(csvLines([['name', 'link'], ['=1+1', 'a"b']], 'semicolon')).toBe('\uFEFF"name";"link"\r\n"\'=1+1";"a""b"\r\n');
});
