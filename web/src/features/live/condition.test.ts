import { describe, expect, it } from 'vitest';
import { SILENT_AFTER_MS } from '@/api/stream';
import { byUrgency, condition, freshness } from '@/features/live/condition';
import { station } from '@/features/live/fixtures';

const now = Date.parse('2026-11-23T08:00:00Z');
const open = (ageMs: number) => ({ phase: 'open' as const, heardAt: now - ageMs });
const live = { kind: 'live' as const };

describe('old data', () => {
  it('is live while heartbeats come, one of them a little late at most', () => {
    expect(freshness(station(), open(SILENT_AFTER_MS), now)).toEqual(live);
  });

  it('is old as soon as the stream is silent, and says since when', () => {
    const heardAt = now - SILENT_AFTER_MS - 1;
    expect(freshness(station(), { phase: 'open', heardAt }, now)).toEqual({ kind: 'silent', since: heardAt });
  });

  it('is old when the gateway is gone, even if the server answers', () => {
    const gone = station({ gateway: { id: 'g1', name: 'gw-1', online: false } });
    expect(freshness(gone, open(0), now)).toEqual({ kind: 'offline' });
  });

  it('is none where no gateway looks at the station', () => {
    expect(freshness(station({ gateway: null }), open(0), now)).toEqual({ kind: 'unwired' });
  });
});

describe('the one thing to say', () => {
  it('a running station in any mode but bypass is nothing to look at', () => {
    expect(condition(station(), live)).toEqual({ key: 'running', tone: 'normal', abnormal: false });
    expect(condition(station({ mode: 'observe' }), live).abnormal).toBe(false);
  });

  it('parts that pass uninspected come before a fault', () => {
    expect(condition(station({ mode: 'bypass', machine_state: 'fault' }), live).key).toBe('bypass');
  });

  it('what cannot be known comes before what was last known', () => {
    expect(condition(station({ machine_state: 'fault' }), { kind: 'offline' }).key).toBe('offline');
  });

  it('time that nobody logged is not taken for running', () => {
    expect(condition(station({ machine_state: 'unknown' }), live)).toEqual({
      key: 'unknown',
      tone: 'unseen',
      abnormal: true,
    });
  });
});

it('the station that needs a person most speaks for its line', () => {
  const stations = [
    station({ station: { id: 'a', name: 'A' } }),
    station({ station: { id: 'b', name: 'B' }, mode: 'bypass' }),
    station({ station: { id: 'c', name: 'C' }, machine_state: 'fault' }),
  ];
  expect(byUrgency(stations, open(0), now).map((one) => one.what.key)).toEqual(['fault', 'bypass', 'running']);
});
