import type { Place } from '@/api/types';

export type PlaceKind = Place['kind'];

/** From the top of the tree down. */
export const KINDS: readonly PlaceKind[] = ['enterprise', 'site', 'area', 'line', 'station'];

export interface PlaceChoice {
  id: string;
  /** `Ulm › Press shop › Line 3`: a name alone is found in every site. */
  path: string;
}

export interface PlaceNode {
  place: Place;
  below: PlaceNode[];
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

/** The tree, from the topmost places that the reader sees. */
export function placeTree(places: readonly Place[]): PlaceNode[] {
  const nodes = new Map(places.map((place) => [place.id, { place, below: [] as PlaceNode[] }]));
  const tops: PlaceNode[] = [];
  for (const node of nodes.values()) {
    const above = node.place.parent === null ? undefined : nodes.get(node.place.parent);
    (above?.below ?? tops).push(node);
  }
  return tops;
}

/** What may stand right under a place of this kind; null: at the top. The server has the same rules. */
export function kindsBelow(kind: PlaceKind | null): readonly PlaceKind[] {
  if (kind === null) return ['site', 'enterprise'];
  if (kind === 'enterprise') return ['site'];
  const below = KINDS.slice(KINDS.indexOf(kind) + 1);
  return kind === 'site' ? ['line', ...below.filter((one) => one !== 'line')] : below;
}

/** Where a place may be moved to: within its site, under what may hold it. Where it is now is among them. */
export function newHomes(places: readonly Place[], moved: Place): Place[] {
  const byId = new Map(places.map((place) => [place.id, place]));
  const siteOf = (place: Place): string | undefined => {
    if (place.kind === 'site') return place.id;
    const above = place.parent === null ? undefined : byId.get(place.parent);
    return above === undefined ? undefined : siteOf(above);
  };
  return places.filter(
    (home) => kindsBelow(home.kind).includes(moved.kind) && (moved.kind === 'site' || siteOf(home) === siteOf(moved)),
  );
}

/** The OEE target that holds at a place; undefined where neither it nor a place above says one. */
export function oeeTargetOf(places: readonly Place[], id: string): number | undefined {
  const here = places.find((place) => place.id === id);
  return here?.oee_target ?? here?.target_above?.value;
}
