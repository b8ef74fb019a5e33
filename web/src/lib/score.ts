/**
 * Where a score stands between the two thresholds, on a scale that is the same for every recipe.
 *
 * Scores have no unit and every model has its own thresholds, so raw values of two parts do not compare. On this scale
 * `good_below` is always at GOOD_END and `bad_above` always at BAD_START; above it approaches 1 without reaching it, so
 * a very bad part stays on the paper.
 */
export const GOOD_END = 0.45;
export const BAD_START = 0.6;

export interface Thresholds {
  goodBelow: number;
  badAbove: number;
}

/** 0 to 1. Equal thresholds leave the band between them empty. */
export function scorePosition(score: number, { goodBelow, badAbove }: Thresholds): number {
  if (score < goodBelow) {
    return goodBelow > 0 ? (Math.max(0, score) / goodBelow) * GOOD_END : 0;
  }
  if (score <= badAbove) {
    const width = badAbove - goodBelow;
    return width > 0 ? GOOD_END + ((score - goodBelow) / width) * (BAD_START - GOOD_END) : BAD_START;
  }
  const scale = badAbove > 0 ? badAbove : 1;
  return 1 - (1 - BAD_START) * Math.exp(-(score - badAbove) / scale);
}
