import { expect, it } from 'vitest';
import { nearestSeen, ROW_PX, rowOf, rowWindow, scrollTo } from '@/features/inspections/rowWindow';

it('of a hundred thousand rows only those near the screen are drawn', () => {
  const { first, end } = rowWindow(50_000, 700, 100_000);
  expect(first).toBeLessThan(50_000);
  expect(end).toBeGreaterThan(50_000 + 700 / ROW_PX);
  expect(end - first).toBeLessThan(100);
});

it('the window never leaves the list', () => {
  expect(rowWindow(0, 700, 5)).toEqual({ first: 0, end: 5 });
  expect(rowWindow(90, 700, 0)).toEqual({ first: 0, end: 0 });
  const { first, end } = rowWindow(500, 640, 100);
  expect(end).toBe(100);
  expect(first).toBeLessThan(90);
});

it('a row is brought into sight by the shortest way', () => {
  expect(scrollTo(0, 300, 640)).toBe(0);
  expect(scrollTo(6, 300, 640)).toBeUndefined();
  expect(scrollTo(20, 0, 640)).toBe(21 * ROW_PX - 640);
});

it('Tab comes to the row that was looked at last, or to the nearest one that is seen', () => {
  expect(nearestSeen(7, 5, 640)).toBe(7);
  expect(nearestSeen(2, 5, 640)).toBe(5);
  expect(nearestSeen(90, 5, 640)).toBe(14);
  expect(nearestSeen(0, 0, 0)).toBe(0);
});

it('a row is found in its page', () => {
  const pages = [{ items: ['a', 'b'] }, { items: ['c'] }];
  expect([0, 1, 2, 3].map((index) => rowOf(pages, index))).toEqual(['a', 'b', 'c', undefined]);
  expect(rowOf([], 0)).toBeUndefined();
});
