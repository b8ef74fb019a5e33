import { beforeEach, expect, it, vi } from 'vitest';

const DAY_MS = 24 * 3_600_000;
const SERVER = Date.parse('2026-11-23T08:00:00Z');

/** The module anew, in a browser whose clock is wrong by so much. */
async function wrongBy(ms: number) {
  vi.useFakeTimers({ now: SERVER + ms });
  vi.resetModules();
  return await import('@/lib/now');
}

beforeEach(() => void vi.useRealTimers());

it.each([-DAY_MS, 0, DAY_MS])('a browser that is wrong by %d ms goes by the server', async (ms) => {
  const { hearServerTime, serverNow } = await wrongBy(ms);
  hearServerTime('2026-11-23T08:00:00.000Z');
  vi.advanceTimersByTime(90_000);
  expect(serverNow() - SERVER).toBe(90_000);
});

it('a clock that is set while the page is open changes no age', async () => {
  const { hearServerTime, serverNow } = await wrongBy(0);
  hearServerTime('2026-11-23T08:00:00.000Z');
  vi.setSystemTime(SERVER + DAY_MS);
  expect(serverNow()).toBe(SERVER);
});

it('a message that was held on its way does not set the time back', async () => {
  const { hearServerTime, serverNow } = await wrongBy(0);
  hearServerTime('2026-11-23T08:00:00.000Z');
  vi.advanceTimersByTime(10_000);
  hearServerTime('2026-11-23T08:00:01.000Z');
  expect(serverNow() - SERVER).toBe(10_000);
});

it('a server whose clock was corrected is followed', async () => {
  const { hearServerTime, serverNow } = await wrongBy(0);
  hearServerTime('2026-11-23T09:00:00.000Z');
  for (let beat = 0; beat < 12; beat += 1) {
    vi.advanceTimersByTime(5_000);
    hearServerTime(new Date(SERVER + beat * 5_000).toISOString());
  }
  expect(serverNow() - SERVER).toBe(11 * 5_000);
});

it('what is no time is left out', async () => {
  const { hearServerTime, serverNow } = await wrongBy(0);
  hearServerTime(null);
  hearServerTime('soon');
  expect(serverNow()).toBe(SERVER);
});
