import { describe, expect, it } from 'vitest';
import type { Recipe } from '@/api/types';
import { atMost, recipeFor } from '@/features/live/evidence';

const recipe = (part_number: string, mode: Recipe['mode']) => ({ part_number, mode }) as Recipe;

describe('the recipe whose evidence is shown', () => {
  it('is that of the part number which runs, and only while it observes', () => {
    const recipes = [recipe('*', 'observe'), recipe('A', 'observe'), recipe('B', 'production')];
    expect(recipeFor(recipes, 'A')).toBe(recipes[1]);
    expect(recipeFor(recipes, 'C')).toBe(recipes[0]);
    expect(recipeFor(recipes, 'B')).toBeNull();
    expect(recipeFor([], null)).toBeNull();
  });
});

describe('a bound', () => {
  it('is rounded up to a tenth of a percent', () => {
    expect(atMost(0.04871)).toBe(0.049);
    expect(atMost(0.05)).toBe(0.05);
    expect(atMost(0.00001)).toBe(0.001);
    expect(atMost(1)).toBe(1);
  });
});
