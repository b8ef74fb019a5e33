import { expect, it } from 'vitest';
import { regionOutline } from '@/components/regions';

const picture = { width: 640, height: 480 };

it('the outline stands a little outside the region', () => {
  const box = regionOutline({ x: 100, y: 100, width: 20, height: 10, score: 1, kind: '', below_threshold: false }, picture);
  expect(box.x).toBeLessThan(100);
  expect(box.x + box.width).toBeGreaterThan(120);
  expect(box.y + box.height).toBeGreaterThan(110);
});

it('the outline never leaves the picture', () => {
  const box = regionOutline({ x: 0, y: 0, width: 640, height: 480, score: 1, kind: '', below_threshold: false }, picture);
  expect(box).toEqual({ x: 1, y: 1, width: 638, height: 478 });
});
