import { expect, it } from 'vitest';
import { waterfall } from '@/features/kpis/waterfall';

const shift = { planned: 480, stops: 60, unknown: 20, running: 400, speed: 100, quality: 30, valuable: 270, as_of: '' };

it('each loss begins where the one before it ended', () => {
  const [, stops, unknown, running, speed, quality, valuable] = waterfall(shift);
  expect(stops?.start).toBeCloseTo(420 / 480);
  expect(unknown?.start).toBeCloseTo(400 / 480);
  expect(running?.width).toBeCloseTo(400 / 480);
  expect(speed?.start).toBeCloseTo(300 / 480);
  expect(quality?.start).toBeCloseTo(valuable?.width ?? NaN);
});

it('without an ideal cycle time it ends with the running time', () => {
  expect(waterfall({ ...shift, speed: null, quality: null, valuable: null }).map(({ name }) => name)).toEqual([
    'planned',
    'stops',
    'unknown',
    'running',
  ]);
});

it('an ideal cycle time that is too long gains time, and no bar leaves the scale', () => {
  const steps = waterfall({ ...shift, speed: -200, quality: 30, valuable: 570 });
  for (const { start, width } of steps) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(start + width).toBeLessThanOrEqual(1.0000001);
  }
});
