import { expect, it } from 'vitest';
import { minuteBins, MINUTES_SHOWN } from '@/features/live/minuteBins';

it('every minute of the last hour has its bin, those without parts an empty one', () => {
  const now = Date.parse('2026-11-23T08:00:30Z');
  const points = [
    { at: '2026-11-23T08:00:00Z', good: 3, bad: 1, unsure: 0, no_read: 0, oee: null },
    { at: '2026-11-23T07:01:00Z', good: 8, bad: 0, unsure: 2, no_read: 1, oee: null },
    { at: '2026-11-23T07:00:00Z', good: 99, bad: 0, unsure: 0, no_read: 0, oee: null },
  ];
  const bins = minuteBins(points, now);
  expect(bins).toHaveLength(MINUTES_SHOWN);
  expect(bins.at(-1)).toEqual({ at: Date.parse('2026-11-23T08:00:00Z'), good: 3, bad: 1, unsure: 0, no_read: 0 });
  expect(bins[0]).toMatchObject({ good: 8, unsure: 2, no_read: 1 });
  expect(bins.reduce((sum, bin) => sum + bin.good, 0)).toBe(11);
});
