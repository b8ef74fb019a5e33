import { describe, expect, it } from 'vitest';
import { barStep, readWindow, shownWindow, subgroupStep } from '@/features/kpis/window';

const early = { name: 'Early', from: '2026-11-23T05:00:00Z', to: '2026-11-23T13:00:00Z' };
const now = Date.parse('2026-11-23T08:00:30Z');

describe('the window of the line page', () => {
  it('is what the address says', () => {
    const search = readWindow({ from: '2026-11-22T06:00:00+01:00', to: '2026-11-22T14:00:00+01:00' });
    expect(search).toEqual({ from: '2026-11-22T05:00:00.000Z', to: '2026-11-22T13:00:00.000Z' });
    expect(shownWindow(search, [early], now)).toEqual(search);
  });

  it('is the running shift where the address says nothing', () => {
    expect(shownWindow({}, [early], now)).toEqual({ from: early.from, to: early.to });
  });

  it('is the last hours outside shifts', () => {
    const { from, to } = shownWindow({}, [], now);
    expect([from, to]).toEqual(['2026-11-23T00:00:00.000Z', '2026-11-23T08:01:00.000Z']);
  });

  it.each([
    [{}],
    [{ from: 'then', to: 'now' }],
    [{ from: '2026-11-23T08:00:00Z' }],
    [{ from: '2026-11-23T08:00:00Z', to: '2026-11-23T07:00:00Z' }],
    [{ from: '2026-01-01T08:00:00Z', to: '2026-11-23T07:00:00Z' }],
  ])('is not taken from an address that makes no sense: %j', (raw) => {
    expect(readWindow(raw)).toEqual({});
  });
});

it('bars and subgroups fit the length of the window', () => {
  const hours = (count: number) => count * 3_600_000;
  expect([1, 4, 8, 100].map((count) => barStep(hours(count)))).toEqual(['minute', 'quarter', 'hour', 'hour']);
  expect([8, 24].map((count) => subgroupStep(hours(count)))).toEqual(['quarter', 'hour']);
});
