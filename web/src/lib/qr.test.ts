import { expect, it } from 'vitest';
import { qrCode } from '@/lib/qr';

it('draws what other readers read', () => {
  // Read back as HELLO by OpenCV.
  expect(qrCode('HELLO').map((row) => row.map((dark) => (dark ? '#' : '.')).join(''))).toEqual([
    '#######.#.###.#######',
    '#.....#...##..#.....#',
    '#.###.#.##.#..#.###.#',
    '#.###.#.##..#.#.###.#',
    '#.###.#.#..#..#.###.#',
    '#.....#..####.#.....#',
    '#######.#.#.#.#######',
    '...........##........',
    '####..#.######..###.#',
    '##.#.#.##..####..##..',
    '..#.###....#.......##',
    '##.#.#..##.#..####.#.',
    '#..####.#...#..#..#.#',
    '........#..#..#...#.#',
    '#######....##..#.....',
    '#.....#..##....#####.',
    '#.###.#...#.######.##',
    '#.###.#.##.#..#.####.',
    '#.###.#.#...#.##..#..',
    '#.....#.#....#.##...#',
    '#######.##...#.#.....',
  ]);
});

it('grows with the text, up to what it can hold', () => {
  expect(qrCode('x'.repeat(17))).toHaveLength(21);
  expect(qrCode('x'.repeat(18))).toHaveLength(25);
  expect(qrCode('x'.repeat(271))).toHaveLength(57);
  expect(() => qrCode('x'.repeat(272))).toThrow(RangeError);
});
