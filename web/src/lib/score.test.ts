import { describe, expect, it } from 'vitest';
import { BAD_START, GOOD_END, scorePosition } from '@/lib/score';

const thresholds = { goodBelow: 1.2, badAbove: 2 };

describe('a score on the scale', () => {
  it('stands in the zone of its verdict', () => {
    expect(scorePosition(0, thresholds)).toBe(0);
    expect(scorePosition(1.19, thresholds)).toBeLessThan(GOOD_END);
    expect(scorePosition(1.2, thresholds)).toBe(GOOD_END);
    expect(scorePosition(1.6, thresholds)).toBeCloseTo((GOOD_END + BAD_START) / 2);
    expect(scorePosition(2.01, thresholds)).toBeGreaterThan(BAD_START);
  });

  it('never runs off the scale and keeps its order', () => {
    const scores = [-1, 0, 0.4, 1.2, 1.7, 2, 2.4, 9];
    const positions = scores.map((score) => scorePosition(score, thresholds));
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
    expect(scorePosition(1e9, thresholds)).toBeLessThanOrEqual(1);
  });

  it('takes equal thresholds', () => {
    expect(scorePosition(1, { goodBelow: 1, badAbove: 1 })).toBe(BAD_START);
    expect(scorePosition(0.5, { goodBelow: 1, badAbove: 1 })).toBeCloseTo(GOOD_END / 2);
  });
});
