import { describe, expect, it } from 'vitest';
import type { Permission, Place } from '@/api/types';
import { mayOf } from '@/components/may';

const place = (id: string, kind: Place['kind'], parent: string | null): Place => ({
  id,
  kind,
  name: id,
  parent,
  timezone: null,
  oee_target: null,
  target_above: null,
});
const PLANT = [
  place('group', 'enterprise', null),
  place('ulm', 'site', 'group'),
  place('linz', 'site', 'group'),
  place('line-1', 'line', 'ulm'),
  place('line-2', 'line', 'ulm'),
  place('infeed', 'station', 'line-1'),
];

const VIEWER: Permission[] = ['view', 'account'];
const ENGINEER: Permission[] = [...VIEWER, 'configure'];

function person(...held: [role: 'viewer' | 'engineer', permissions: Permission[], place: string | null][]) {
  const grants = held.map(([role, permissions, at]) => ({ role, permissions, place: at }));
  const of = (some: typeof grants) => some.flatMap(({ permissions }) => permissions);
  return { grants, permissions: of(grants), enterprise_permissions: of(grants.filter((grant) => grant.place === null)) };
}

describe('what a person may do', () => {
  const mixed = mayOf(person(['engineer', ENGINEER, 'line-1'], ['viewer', VIEWER, 'ulm']), PLANT);

  it('counts at the place of a grant and below it, and nowhere else', () => {
    expect(['line-1', 'infeed', 'line-2', 'ulm', 'linz', 'group'].filter((id) => mixed.at('configure', id))).toEqual([
      'line-1',
      'infeed',
    ]);
    expect(['line-2', 'ulm', 'linz'].filter((id) => mixed.at('view', id))).toEqual(['line-2', 'ulm']);
  });

  it('is told apart from what they may do somewhere, and from what needs the whole enterprise', () => {
    expect(mixed.somewhere('configure')).toBe(true);
    expect(mixed.everywhere('configure')).toBe(false);
    expect(mixed.sites('configure')).toEqual([]);
    expect(mixed.sites('view').map(({ id }) => id)).toEqual(['ulm']);
  });

  it('counts at a place whose site they do not see', () => {
    const seen = PLANT.filter(({ id }) => id === 'line-1' || id === 'infeed');
    expect(mayOf(person(['engineer', ENGINEER, 'line-1']), seen).at('configure', 'infeed')).toBe(true);
  });

  it('is everything everywhere for a grant for the enterprise, also where places are not known yet', () => {
    const may = mayOf(person(['engineer', ENGINEER, null]), []);
    expect(may.at('configure', 'infeed')).toBe(true);
    expect(may.everywhere('configure')).toBe(true);
    expect(may.at('administer', 'infeed')).toBe(false);
  });

  it('is nothing for nobody', () => {
    const may = mayOf(undefined, PLANT);
    expect([may.at('view', 'ulm'), may.everywhere('view'), may.somewhere('view')]).toEqual([false, false, false]);
  });
});
