import type { InspectionItem, LiveStation } from '@/api/types';

/** A good part of station `s1`; what a test is about it says itself. */
export function part(sequence: number, change: Partial<InspectionItem> = {}): InspectionItem {
  const at = new Date(Date.UTC(2026, 10, 23, 8, 0, sequence)).toISOString();
  return {
    id: `part-${sequence}`,
    station: 's1',
    station_name: 'Flange check',
    gateway: 'g1',
    sequence,
    repeats: null,
    part_number: 'FL-4010',
    serial: '',
    verdict: 'good',
    final_verdict: 'good',
    cause: null,
    detail: '',
    mode: 'production',
    triggered_at: at,
    received_at: at,
    score: 1,
    good_below: 2,
    bad_above: 2.5,
    latency_ms: 20,
    optics: [],
    output: null,
    images: [],
    reviewed: false,
    ...change,
  };
}

export function station(change: Partial<LiveStation> = {}): LiveStation {
  return {
    station: { id: 's1', name: 'Flange check' },
    line: { id: 'l1', name: 'Line 1' },
    gateway: { id: 'g1', name: 'gw-1', online: true },
    mode: 'production',
    machine_state: 'running',
    machine_reason: '',
    machine_since: '2026-11-23T06:00:00Z',
    part_number: 'FL-4010',
    last_inspection: null,
    last_bad: null,
    shift: { name: 'Early', from: '2026-11-23T05:00:00Z', to: '2026-11-23T13:00:00Z' },
    kpis: {
      place: 's1',
      from: '2026-11-23T05:00:00Z',
      to: '2026-11-23T08:00:00Z',
      oee: 0.8,
      availability: 0.9,
      effectiveness: 0.95,
      quality: 0.936,
      oee_target: null,
      counts: { produced: 10, good: 9, bad: 1, unsure: 0, no_read: 0, rejected: 1 },
      seconds: { planned_busy: 60, running: 54, blocked: 0, starved: 0, fault: 6, planned_stop: 0, unknown: 0 },
      provisional: false,
      as_of: '2026-11-23T08:00:00Z',
    },
    recent: [],
    as_of: '2026-11-23T08:00:00Z',
    ...change,
  };
}
