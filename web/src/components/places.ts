import type { Place } from '@/api/types';

export interface PlaceChoice {
  id: string;
  /** `Ulm › Press shop › Line 3`: a name alone is found in every site. */
  path: string;
}

/** Every place with the way to it, in the order of a walk through the tree. */
export function placeChoices(places: readonly Place[]): PlaceChoice[] {
  const byId = new Map(places.map((place) => [place.id, place]));
  const pathOf = (place: Place): string => {
    const above = place.parent === null ? undefined : byId.get(place.parent);
    return above === undefined ? place.name : `${pathOf(above)} › ${place.name}`;
  };
  return places.map((place) => ({ id: place.id, path: pathOf(place) })).sort((a, b) => a.path.localeCompare(b.path));
}
