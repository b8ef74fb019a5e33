import { expect, it } from 'vitest';
import type { Place } from '@/api/types';
import { newHomes, oeeTargetOf, placeChoices } from '@/components/places';

const place = (id: string, name: string, parent: string | null): Place => ({ id, name, parent, kind: 'line', timezone: null, oee_target: null, target_above: null });

it('says the whole way to each place, and walks the tree', () => {
  const places = [place('u', 'Ulm', null), place('l', 'Linz', null), place('u1', 'Line 1', 'u'), place('l1', 'Line 1', 'l')];
  expect(placeChoices(places).map((choice) => choice.path)).toEqual(['Linz', 'Linz › Line 1', 'Ulm', 'Ulm › Line 1']);
});

it('begins where the reader may begin to see', () => {
  expect(placeChoices([place('u1', 'Line 1', 'hidden')])).toEqual([{ id: 'u1', path: 'Line 1' }]);
});

it('offers to move a place within its site, under what may hold it', () => {
  const of = (kind: Place['kind'], id: string, parent: string | null): Place => ({ ...place(id, id, parent), kind });
  const line = of('line', 'line', 'hall');
  const places = [of('site', 'ulm', null), of('area', 'hall', 'ulm'), line, of('line', 'other', 'ulm'), of('site', 'linz', null)];
  expect(newHomes(places, line).map((home) => home.id)).toEqual(['ulm', 'hall']);
});

it('holds a place to its own target, or else to the one above, in sight or not', () => {
  const above = { ...place('l', 'Line', 'hidden'), target_above: { value: 0.7, place: null } };
  expect(oeeTargetOf([{ ...above, oee_target: 0.8 }], 'l')).toBe(0.8);
  expect(oeeTargetOf([above], 'l')).toBe(0.7);
  expect(oeeTargetOf([place('l', 'Line', null)], 'l')).toBeUndefined();
});
