import { describe, expect, it } from 'vitest';
import type { LiveStation } from '@/api/types';
import { part, station } from '@/features/live/fixtures';
import { applyEvent, RECENT_LIMIT, withInspection } from '@/features/live/liveStations';

function apply(stations: LiveStation[], event: string, data: unknown): LiveStation[] {
  const outcome = applyEvent(stations, { id: '1', event, data: JSON.stringify(data) });
  if (outcome.kind !== 'changed') throw new Error(outcome.kind);
  return outcome.stations;
}

describe('a verdict that arrives', () => {
  it('is the newest part of its station and of no other', () => {
    const other = station({ station: { id: 's2', name: 'Bracket check' } });
    const [first, second] = apply([station({ recent: [part(1)] }), other], 'inspection', part(2));
    expect(first?.recent.map(({ sequence }) => sequence)).toEqual([2, 1]);
    expect(first?.last_inspection?.sequence).toBe(2);
    expect(second).toBe(other);
  });

  it('is shown once, however often it is told', () => {
    const once = apply([station()], 'inspection', part(5));
    expect(apply(once, 'inspection', part(5))).toEqual(once);
  });

  it('takes its place by time when it comes late', () => {
    const [first] = apply([station({ recent: [part(9), part(7)] })], 'inspection', part(8));
    expect(first?.recent.map(({ sequence }) => sequence)).toEqual([9, 8, 7]);
    expect(first?.last_inspection?.sequence).toBe(9);
  });

  it('pushes the oldest part out', () => {
    const full = Array.from({ length: RECENT_LIMIT }, (_, index) => part(RECENT_LIMIT - index));
    const { recent } = withInspection(station({ recent: full }), part(RECENT_LIMIT + 1));
    expect(recent).toHaveLength(RECENT_LIMIT);
    expect(recent.at(-1)?.sequence).toBe(2);
  });

  it('makes the server be asked where its station is not known', () => {
    const event = { id: '1', event: 'inspection', data: JSON.stringify(part(1, { station: 'new' })) };
    expect(applyEvent([station()], event)).toEqual({ kind: 'refetch' });
  });
});

describe('the last bad part', () => {
  const bad = part(3, { verdict: 'bad', final_verdict: 'bad' });

  it('is replaced by a newer one only', () => {
    const [first] = apply([station({ last_bad: bad })], 'inspection', part(4, { final_verdict: 'bad' }));
    expect(first?.last_bad?.sequence).toBe(4);
    const [same] = apply([station({ last_bad: bad })], 'inspection', part(2, { final_verdict: 'bad' }));
    expect(same?.last_bad?.sequence).toBe(3);
    const [good] = apply([station({ last_bad: bad })], 'inspection', part(4));
    expect(good?.last_bad?.sequence).toBe(3);
  });

  it('gets its picture when the gateway has sent it', () => {
    const images = [{ role: 'frame' as const, sha256: 'a', url: '/api/images/a', available: true }];
    const [first] = apply([station({ last_bad: bad, recent: [bad] })], 'inspection', { ...bad, images });
    expect(first?.last_bad?.images).toEqual(images);
  });

  it('gives way to the one before when a review finds it good', () => {
    const earlier = part(1, { final_verdict: 'bad' });
    const shown = station({ last_bad: bad, recent: [bad, part(2), earlier] });
    const [first] = apply([shown], 'inspection', { ...bad, final_verdict: 'good', reviewed: true });
    expect(first?.last_bad?.sequence).toBe(1);
  });
});

describe('what else the stream tells', () => {
  it('the machine’s state and the mode', () => {
    const change = { mode: 'bypass', machine_state: 'fault', machine_reason: 'Guard door', machine_since: null };
    const [first] = apply([station()], 'station', { station: 's1', ...change });
    expect(first).toMatchObject(change);
    expect(first?.station.name).toBe('Flange check');
  });

  it('the figures, with the time they are of', () => {
    const kpis = { ...station().kpis, oee: 0.5, as_of: '2026-11-23T09:00:00Z' };
    const [first] = apply([station()], 'kpis', { station: 's1', kpis });
    expect(first?.kpis.oee).toBe(0.5);
    expect(first?.as_of).toBe('2026-11-23T09:00:00Z');
  });

  it('a gateway that went away, at each of its stations', () => {
    const unwired = station({ station: { id: 's2', name: 'New' }, gateway: null });
    const [first, second] = apply([station(), unwired], 'gateway', { id: 'g1', online: false, reported: null });
    expect(first?.gateway).toEqual({ id: 'g1', name: 'gw-1', online: false });
    expect(second).toBe(unwired);
  });

  it('that too much was missed: all is asked for again', () => {
    expect(applyEvent([], { id: '1', event: 'reset', data: '{}' })).toEqual({ kind: 'refetch' });
  });

  it('things that this page does not show change nothing', () => {
    expect(applyEvent([station()], { id: '1', event: 'training', data: '{}' })).toEqual({ kind: 'unchanged' });
  });
});
