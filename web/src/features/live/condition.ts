import type { LiveStation } from '@/api/types';
import { SILENT_AFTER_MS, type StreamStatus } from '@/api/stream';
import type { Tone } from '@/components/verdicts';

export type Freshness =
  | { kind: 'live' }
  /** This browser hears nothing from the server. */
  | { kind: 'silent'; since: number }
  /** The server hears nothing from the gateway. */
  | { kind: 'offline' }
  /** No gateway looks at this station. */
  | { kind: 'unwired' };

export function freshness(station: LiveStation, stream: StreamStatus, now: number): Freshness {
  if (now - stream.heardAt > SILENT_AFTER_MS) return { kind: 'silent', since: stream.heardAt };
  if (station.gateway === null) return { kind: 'unwired' };
  return station.gateway.online ? { kind: 'live' } : { kind: 'offline' };
}

export type ConditionKey =
  | 'silent'
  | 'offline'
  | 'unwired'
  | 'bypass'
  | 'fault'
  | 'blocked'
  | 'starved'
  | 'unknown'
  | 'planned_stop'
  | 'running';

export interface Condition {
  key: ConditionKey;
  tone: Tone;
  /** Worth a banner that says what to do. */
  abnormal: boolean;
}

const TONE: Record<ConditionKey, Tone> = {
  silent: 'unseen',
  offline: 'unseen',
  unwired: 'unseen',
  bypass: 'warn',
  fault: 'bad',
  blocked: 'warn',
  starved: 'warn',
  unknown: 'unseen',
  planned_stop: 'normal',
  running: 'normal',
};

/**
 * The one thing to say about a station. What cannot be known comes before what may no longer be true, and parts that
 * pass uninspected come before a machine that makes none.
 */
export function condition(station: LiveStation, fresh: Freshness): Condition {
  const key = conditionKey(station, fresh);
  return { key, tone: TONE[key], abnormal: TONE[key] !== 'normal' };
}

function conditionKey(station: LiveStation, fresh: Freshness): ConditionKey {
  if (fresh.kind !== 'live') return fresh.kind;
  if (station.mode === 'bypass') return 'bypass';
  return station.machine_state;
}

const URGENCY: readonly Tone[] = ['bad', 'warn', 'unseen', 'mode', 'normal'];

export interface StationCondition {
  station: LiveStation;
  fresh: Freshness;
  what: Condition;
}

/** Each station with what to say about it, the one that needs a person most first. */
export function byUrgency(stations: readonly LiveStation[], stream: StreamStatus, now: number): StationCondition[] {
  return stations
    .map((station) => {
      const fresh = freshness(station, stream, now);
      return { station, fresh, what: condition(station, fresh) };
    })
    .sort((a, b) => URGENCY.indexOf(a.what.tone) - URGENCY.indexOf(b.what.tone));
}
