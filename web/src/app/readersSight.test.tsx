import { screen } from '@testing-library/react';
import { beforeAll, expect, it } from 'vitest';
import { placesQuery } from '@/api/masters';
import { sessionQuery } from '@/api/session';
import type { Permission, Place, Session } from '@/api/types';
import { startLanguage } from '@/app/i18n';
import { failRead, quietQueries, show } from '@/app/testShow';
import { PlaceFilter } from '@/features/inspections/PlaceFilter';
import { PlaceCards } from '@/features/settings/PlaceCards';
import { placeQuery } from '@/features/settings/queries';
import { UsersPage } from '@/features/settings/UsersPage';

beforeAll(() => startLanguage('en'));

const LINE: Place = {
  id: 'l1',
  name: 'Line 1',
  parent: 'out-of-sight',
  kind: 'line',
  timezone: null,
  oee_target: null,
  target_above: { value: 0.7, place: null },
};
const STATION: Place = { ...LINE, id: 's1', name: 'Flange check', parent: 'l1', kind: 'station' };

function queriesOf(permissions: Permission[] = []) {
  const queries = quietQueries();
  queries.setQueryData(placesQuery.queryKey, { items: [LINE, STATION] });
  const user = { permissions, enterprise_permissions: permissions, grants: [] };
  queries.setQueryData(sessionQuery.queryKey, { user } as unknown as Session);
  return queries;
}

it('who sees one line only can narrow inspections to it and to its stations', async () => {
  await show(<PlaceFilter value={undefined} onChoose={() => undefined} />, queriesOf());
  expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual([
    'Every place',
    'Line 1',
    'Line 1 › Flange check',
  ]);
});

it('a form stays open when a read behind it fails', async () => {
  const queries = queriesOf();
  queries.setQueryData(placeQuery('l1').queryKey, LINE);
  failRead(queries, placeQuery('l1').queryKey);
  await show(<PlaceCards id="l1" places={[LINE, STATION]} />, queries);
  expect(screen.getByDisplayValue('Line 1')).toBeTruthy();
});

it('a target that a place out of sight says is told for what it is', async () => {
  const queries = queriesOf();
  queries.setQueryData(placeQuery('l1').queryKey, LINE);
  await show(<PlaceCards id="l1" places={[LINE, STATION]} />, queries);
  expect(screen.getByText('Empty: 70.0%, as set for a place above that you do not see.')).toBeTruthy();
});

it('adding users is offered to who may', async () => {
  await show(<UsersPage />, queriesOf(['administer']));
  expect(screen.getByRole('button', { name: 'Add a user' })).toBeTruthy();
});

it('adding users is not offered to who came by the address alone', async () => {
  await show(<UsersPage />, queriesOf(['view']));
  expect(screen.queryByRole('button')).toBeNull();
});
