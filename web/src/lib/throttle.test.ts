import { beforeEach, expect, it, vi } from 'vitest';
import { Throttle } from '@/lib/throttle';

beforeEach(() => void vi.useFakeTimers());

it('acts at once, and the last that was asked for is never left out', () => {
  const action = vi.fn();
  const throttle = new Throttle(2000);
  throttle.ask(action);
  expect(action).toHaveBeenCalledTimes(1);
  throttle.ask(action);
  throttle.ask(action);
  expect(action).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2000);
  expect(action).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(60_000);
  expect(action).toHaveBeenCalledTimes(2);
});

it('rests before it acts for the first time, where what is asked for has just been done', () => {
  const action = vi.fn();
  const throttle = new Throttle(2000);
  throttle.rest();
  throttle.ask(action);
  throttle.ask(action);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2000);
  expect(action).toHaveBeenCalledTimes(1);
});

it('does nothing more once it is stopped', () => {
  const action = vi.fn();
  const throttle = new Throttle(2000);
  throttle.ask(action);
  throttle.ask(action);
  throttle.stop();
  vi.advanceTimersByTime(60_000);
  expect(action).toHaveBeenCalledTimes(1);
});
