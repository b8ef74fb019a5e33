import { useSyncExternalStore } from 'react';

/**
 * One clock for the whole page: the server's.
 *
 * The clock of a browser may be wrong by a day or be set while the page is open, so no age is counted by it. Between two
 * messages of the server time goes on by `performance.now()`, which nobody sets.
 */

/** Of this many messages the one that was least delayed counts. They come every few seconds. */
const SAMPLES_KEPT = 12;
/** What shows, at a glance, as another time. */
const NOTICED_MS = 500;
/** A difference between the two clocks of this machine that is no rounding: it slept, or was set. */
const SLEPT_MS = 5_000;

const samples: number[] = [];
/** Until the server has been heard there is only the browser's own clock. */
let offset = Date.now() - performance.now();

/** Milliseconds since the epoch, by the server's clock. */
export function serverNow(): number {
  return performance.now() + offset;
}

/** Takes the time that a message of the server carries. Such a message is late, never early: the latest time is the truest. */
export function hearServerTime(at: string | null): void {
  const sample = Date.parse(at ?? '') - performance.now();
  if (Number.isNaN(sample)) return;
  samples.push(sample);
  if (samples.length > SAMPLES_KEPT) samples.shift();
  const before = offset;
  offset = Math.max(...samples);
  if (Math.abs(offset - before) > NOTICED_MS) tick();
}

const listeners = new Set<() => void>();
const doubters = new Set<() => void>();
let current = serverNow();
let ownDrift = Date.now() - performance.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  current = serverNow();
  const drift = Date.now() - performance.now();
  const slept = Math.abs(drift - ownDrift) > SLEPT_MS;
  ownDrift = drift;
  if (slept) for (const doubter of doubters) doubter();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    tick();
    timer = setInterval(tick, 1000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** Calls back when time may have passed unseen: `performance.now()` stands still while some machines sleep. */
export function whenInDoubt(doubter: () => void): () => void {
  doubters.add(doubter);
  return () => doubters.delete(doubter);
}

/** The server's time in milliseconds since the epoch, renewed once a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => current);
}
