import { expect, it } from 'vitest';
import { roundFigures, roundTimes } from '@/lib/timeScale';

const berlin = { locale: 'en-GB', zone: 'Europe/Berlin' };
const times = (from: string, to: string, most: number) =>
  roundTimes(berlin, Date.parse(from), Date.parse(to), most).map((at) => new Date(at).toISOString().slice(11, 16));

it('a shift is marked at round times of the site’s clock', () => {
  expect(times('2026-11-23T05:00:00Z', '2026-11-23T13:00:00Z', 5)).toEqual(['05:00', '07:00', '09:00', '11:00', '13:00']);
  expect(times('2026-11-22T23:30:00Z', '2026-11-23T23:00:00Z', 6)).toEqual(['03:00', '07:00', '11:00', '15:00', '19:00', '23:00']);
});

it('a week has a mark for each day, also where the clocks change', () => {
  const week = roundTimes(berlin, Date.parse('2026-10-21T22:00:00Z'), Date.parse('2026-10-28T22:00:00Z'), 8);
  expect(week.map((at) => new Date(at).toISOString().slice(0, 13))).toContain('2026-10-25T23');
  expect(week.length).toBeLessThanOrEqual(8);
});

it('a scale ends at or above what it has to show', () => {
  expect(roundFigures(93, 4, 1)).toEqual([0, 25, 50, 75, 100]);
  expect(roundFigures(0, 4, 1)).toEqual([0, 1]);
  expect(roundFigures(4, 4, 1)).toEqual([0, 1, 2, 3, 4]);
  for (const highest of [0.013, 1, 7, 999, 1234]) expect(roundFigures(highest, 4, 0.001).at(-1)).toBeGreaterThanOrEqual(highest);
});

it('a scale of parts has no line between two parts, one of percentages none between two tenths', () => {
  expect(roundFigures(1, 4, 1)).toEqual([0, 1]);
  expect(roundFigures(9, 4, 1)).toEqual([0, 5, 10]);
  const tenths = roundFigures(0.01, 4, 0.001).map((share) => Math.round(share * 1e6) / 1000);
  expect(tenths).toEqual([0, 5, 10]);
});
