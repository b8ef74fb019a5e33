import type { Recipe } from '@/api/types';

/** The recipe that observes parts of this number: its own, or the one for every part number without one. */
export function recipeFor(recipes: readonly Recipe[], partNumber: string | null): Recipe | null {
  const own = recipes.find((recipe) => recipe.part_number === partNumber);
  const found = own ?? recipes.find((recipe) => recipe.part_number === '*');
  return found?.mode === 'observe' ? found : null;
}

/** A bound to the tenth of a percent that it is said in, upwards: so it stays true. */
export function atMost(share: number): number {
  return Math.min(Math.ceil(share * 1000 - 1e-9) / 1000, 1);
}
