import { describe, expect, it } from 'vitest';
import { formatLocale, instantOf, nearTime, span, timeOfDay, wallTime, zoneName } from '@/lib/time';

const berlin = { locale: 'en-GB', zone: 'Europe/Berlin' };

describe('times on the floor', () => {
  it('are the site’s, not the browser’s', () => {
    expect(timeOfDay(berlin, '2026-11-23T23:30:05Z')).toBe('00:30:05');
  });

  it('carry the date when the part is from another day of the site', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(nearTime(berlin, '2026-11-23T11:59:00Z', now)).toBe('12:59:00');
    expect(nearTime(berlin, '2026-11-22T22:59:00Z', now)).toContain('22 Nov 2026');
    expect(nearTime(berlin, '2026-11-22T23:01:00Z', now)).toBe('00:01:00');
  });

  it('name the zone with its offset', () => {
    expect(zoneName(berlin, Date.parse('2026-11-23T12:00:00Z'))).toBe('Europe/Berlin (GMT+1)');
    expect(zoneName(berlin, Date.parse('2026-07-01T12:00:00Z'))).toBe('Europe/Berlin (GMT+2)');
  });
});

it('dates are written as the browser’s owner writes them, in the chosen language', () => {
  expect(formatLocale('en', ['de-AT', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(formatLocale('de', ['en-GB'])).toBe('de');
});

describe('a span', () => {
  it.each([
    [-5_000, 'seconds', 0, 0],
    [59_999, 'seconds', 59, 0],
    [61_000, 'minutes', 1, 1],
    [3_600_000 * 2 + 60_000 * 14, 'hours', 2, 14],
    [3_600_000 * 50, 'days', 2, 2],
  ] as const)('of %d ms reads as %s', (ms, unit, count, rest) => {
    expect(span(ms)).toEqual({ unit, count, rest });
  });
});

describe('a time that is typed', () => {
  it('is the site’s', () => {
    expect(instantOf(berlin, '2026-11-23T06:00')).toBe('2026-11-23T05:00:00.000Z');
    expect(wallTime(berlin, '2026-11-23T05:00:00Z')).toBe('2026-11-23T06:00');
  });

  it('is its first coming where the clocks are put back', () => {
    expect(instantOf(berlin, '2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('is an hour later where the clocks jump over it', () => {
    expect(instantOf(berlin, '2026-03-29T02:30')).toBe('2026-03-29T01:30:00.000Z');
  });

  it('is none where it is not a time', () => {
    expect(instantOf(berlin, 'noon')).toBeUndefined();
  });
});
