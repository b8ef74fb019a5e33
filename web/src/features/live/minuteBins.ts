import type { SeriesPoint } from '@/api/types';

export const MINUTES_SHOWN = 60;
const MINUTE_MS = 60_000;

export interface MinuteBin {
  /** Start of the minute, milliseconds since the epoch. */
  at: number;
  good: number;
  bad: number;
  unsure: number;
  no_read: number;
}

/** The last hour, a bin for every minute: minutes without a part are empty, not missing. */
export function minuteBins(points: readonly SeriesPoint[], now: number): MinuteBin[] {
  const last = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const byMinute = new Map(points.map((point) => [Math.floor(Date.parse(point.at) / MINUTE_MS) * MINUTE_MS, point]));
  return Array.from({ length: MINUTES_SHOWN }, (_, index) => {
    const at = last - (MINUTES_SHOWN - 1 - index) * MINUTE_MS;
    const point = byMinute.get(at);
    return {
      at,
      good: point?.good ?? 0,
      bad: point?.bad ?? 0,
      unsure: point?.unsure ?? 0,
      no_read: point?.no_read ?? 0,
    };
  });
}
