/**
 * QR codes of short texts (ISO/IEC 18004): byte mode, error correction level L, versions 1 to 10, the best of eight masks.
 *
 * A secret for an authenticator app must not travel to anyone else's picture service, so it is drawn here.
 */

/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index here follows from the standard's own arithmetic */

/** By version: code words in all, error-correction code words per block, blocks (table 9, level L). */
const VERSIONS = [
  [26, 7, 1],
  [44, 10, 1],
  [70, 15, 1],
  [100, 20, 1],
  [134, 26, 1],
  [172, 18, 2],
  [196, 20, 2],
  [242, 24, 2],
  [292, 30, 2],
  [346, 18, 4],
] as const;
/** Where the alignment patterns of each version stand (table E.1). */
const ALIGNMENT = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]] as const;

type Grid = boolean[][];
type Mask = (row: number, column: number) => boolean;

const MASKS: readonly Mask[] = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (_, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

/** The modules of the code, row by row; true is dark. Throws `RangeError` for a text that is too long. */
export function qrCode(text: string): Grid {
  const bytes = new TextEncoder().encode(text);
  const version = VERSIONS.findIndex(([all, correction, blocks], at) => {
    const header = at + 1 < 10 ? 12 : 20;
    return bytes.length * 8 + header <= (all - correction * blocks) * 8;
  });
  if (version < 0) throw new RangeError('The text is too long for a QR code of this kind.');
  const words = interleaved(dataWords(bytes, version), version);
  const candidates = MASKS.map((mask, number) => drawn(words, version, mask, number));
  return candidates.reduce((best, grid) => (penalty(grid) < penalty(best) ? grid : best));
}

function dataWords(bytes: Uint8Array, version: number): number[] {
  const [all, correction, blocks] = VERSIONS[version]!;
  const capacity = (all - correction * blocks) * 8;
  const bits: number[] = [];
  const push = (value: number, length: number) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  push(0b0100, 4);
  push(bytes.length, version + 1 < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, capacity - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) push(pad, 8);
  const words = [];
  for (let at = 0; at < bits.length; at += 8) words.push(parseInt(bits.slice(at, at + 8).join(''), 2));
  return words;
}

/** Data in blocks, each with its error correction, taken from the blocks in turn (section 7.6). */
function interleaved(data: readonly number[], version: number): number[] {
  const [, correction, count] = VERSIONS[version]!;
  const short = Math.floor(data.length / count);
  const blocks: number[][] = [];
  for (let at = 0, block = 0; block < count; block += 1) {
    const length = short + (block >= count - (data.length % count) ? 1 : 0);
    blocks.push(data.slice(at, at + length));
    at += length;
  }
  const words: number[] = [];
  for (let at = 0; at <= short; at += 1) for (const block of blocks) if (at < block.length) words.push(block[at]!);
  const corrections = blocks.map((block) => remainder(block, correction));
  for (let at = 0; at < correction; at += 1) for (const block of corrections) words.push(block[at]!);
  return words;
}

const EXP: number[] = [];
const LOG: number[] = [];
for (let power = 0, value = 1; power < 255; power += 1) {
  EXP[power] = value;
  LOG[value] = power;
  value = value << 1;
  if (value & 0x100) value ^= 0x11d;
}

function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : EXP[(LOG[a]! + LOG[b]!) % 255]!;
}

/** Reed-Solomon over GF(2^8): what is left of the data by the generator polynomial. */
function remainder(data: readonly number[], length: number): number[] {
  let generator = [1];
  for (let power = 0; power < length; power += 1) {
    const next = [...generator, 0];
    generator.forEach((factor, at) => {
      next[at + 1] = next[at + 1]! ^ times(factor, EXP[power]!);
    });
    generator = next;
  }
  const left = Array.from({ length }, () => 0);
  for (const word of data) {
    const factor = word ^ left.shift()!;
    left.push(0);
    for (let at = 0; at < length; at += 1) left[at] = left[at]! ^ times(generator[at + 1]!, factor);
  }
  return left;
}

function drawn(words: readonly number[], version: number, mask: Mask, number: number): Grid {
  const size = 21 + 4 * version;
  const grid: Grid = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const fixed: Grid = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const set = (row: number, column: number, dark: boolean) => {
    if (row < 0 || column < 0 || row >= size || column >= size) return;
    grid[row]![column] = dark;
    fixed[row]![column] = true;
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [row, column] of [[3, 3], [3, size - 4], [size - 4, 3]] as const) square(set, row, column, 4, [2, 4]);
  const places = ALIGNMENT[version]!;
  const last = places.length - 1;
  places.forEach((row, down) =>
    places.forEach((column, along) => {
      const atFinder = (down === 0 && along === 0) || (down === 0 && along === last) || (down === last && along === 0);
      if (!atFinder) square(set, row, column, 2, [1]);
    }),
  );
  format(set, size, number);
  if (version + 1 >= 7) versionMarks(set, size, version + 1);
  fill(grid, fixed, words, mask);
  return grid;
}

/** Nested squares; the rings at the distances in ``light`` are light. */
function square(set: (row: number, column: number, dark: boolean) => void, row: number, column: number, reach: number, light: readonly number[]) {
  for (let down = -reach; down <= reach; down += 1) {
    for (let along = -reach; along <= reach; along += 1) {
      set(row + down, column + along, !light.includes(Math.max(Math.abs(down), Math.abs(along))));
    }
  }
}

/** Level and mask, twice, with their own error correction (section 7.9). */
function format(set: (row: number, column: number, dark: boolean) => void, size: number, mask: number) {
  const data = (0b01 << 3) | mask;
  const bits = ((data << 10) | checksum(data, 10, 0x537)) ^ 0x5412;
  const bit = (at: number) => ((bits >> at) & 1) === 1;
  for (let at = 0; at < 6; at += 1) set(at, 8, bit(at));
  set(7, 8, bit(6));
  set(8, 8, bit(7));
  set(8, 7, bit(8));
  for (let at = 9; at < 15; at += 1) set(8, 14 - at, bit(at));
  for (let at = 0; at < 8; at += 1) set(8, size - 1 - at, bit(at));
  for (let at = 8; at < 15; at += 1) set(size - 15 + at, 8, bit(at));
  set(size - 8, 8, true);
}

function versionMarks(set: (row: number, column: number, dark: boolean) => void, size: number, version: number) {
  const bits = (version << 12) | checksum(version, 12, 0x1f25);
  for (let at = 0; at < 18; at += 1) {
    const dark = ((bits >> at) & 1) === 1;
    set(Math.floor(at / 3), size - 11 + (at % 3), dark);
    set(size - 11 + (at % 3), Math.floor(at / 3), dark);
  }
}

function checksum(data: number, length: number, generator: number): number {
  let left = data;
  for (let at = 0; at < length; at += 1) left = (left << 1) ^ (((left >> (length - 1)) & 1) * generator);
  return left & ((1 << length) - 1);
}

/** The words go up and down in columns of two from the right, around what stands there already (section 7.7.3). */
function fill(grid: Grid, fixed: Grid, words: readonly number[], mask: Mask) {
  const size = grid.length;
  let at = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const upwards = ((right + 1) & 2) === 0;
      const row = upwards ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (fixed[row]![column]) continue;
        const dark = at < words.length * 8 && ((words[at >> 3]! >> (7 - (at & 7))) & 1) === 1;
        grid[row]![column] = dark !== mask(row, column);
        at += 1;
      }
    }
  }
}

/** How hard a scanner would find it (section 7.8.3): long runs, blocks, what looks like a corner, and too much of one. */
function penalty(grid: Grid): number {
  const size = grid.length;
  const rows = grid.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''));
  const columns = rows.map((_, column) => rows.map((row) => row[column]).join(''));
  let points = 0;
  for (const line of [...rows, ...columns]) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
    points += 40 * (line.match(/(?=10111010000|00001011101)/g) ?? []).length;
  }
  for (let row = 1; row < size; row += 1) {
    for (let column = 1; column < size; column += 1) {
      const dark = grid[row]![column];
      if (grid[row - 1]![column] === dark && grid[row]![column - 1] === dark && grid[row - 1]![column - 1] === dark) points += 3;
    }
  }
  const share = rows.join('').replaceAll('0', '').length / (size * size);
  return points + 10 * Math.floor(Math.abs(share * 20 - 10));
}
