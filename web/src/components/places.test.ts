import { expect, it } from 'vitest';
import type { Place } from '@/api/types';
import { placeChoices } from '@/components/places';

const place = (id: string, name: string, parent: string | null): Place => ({ id, name, parent, kind: 'line', timezone: null, oee_target: null });

it('says the whole way to each place, and walks the tree', () => {
  const places = [place('u', 'Ulm', null), place('l', 'Linz', null), place('u1', 'Line 1', 'u'), place('l1', 'Line 1', 'l')];
  expect(placeChoices(places).map((choice) => choice.path)).toEqual(['Linz', 'Linz › Line 1', 'Ulm', 'Ulm › Line 1']);
});

it('begins where the reader may begin to see', () => {
  expect(placeChoices([place('u1', 'Line 1', 'hidden')])).toEqual([{ id: 'u1', path: 'Line 1' }]);
});
