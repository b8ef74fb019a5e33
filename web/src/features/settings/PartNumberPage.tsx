import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { PART_NUMBERS, placesQuery } from '@/api/masters';
import type { PartNumber } from '@/api/types';
import { EditForm, Form } from '@/components/Form';
import { DataTable } from '@/components/DataTable';
import table from '@/components/DataTable.module.css';
import { EditProblem } from '@/components/EditProblem';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { Undo } from '@/components/Undo';
import { useClockface } from '@/components/useClockface';
import { isChangedMeanwhile, useEdit } from '@/components/useEdit';
import { useFigures } from '@/components/useFigures';
import { useMay } from '@/components/useMay';
import { useReopening } from '@/components/useReopening';
import { Card, Cards } from '@/components/Card';
import { CycleField } from '@/features/settings/CycleField';
import { PartNumberEnd } from '@/features/settings/PartNumberEnd';
import { oeeTargetOf, placeChoices } from '@/components/places';
import { cycleQuery, partNumberQuery } from '@/features/settings/queries';
import { useCycleRemoval } from '@/features/settings/useCycleRemoval';
import { useCycles } from '@/features/settings/useCycles';
import { TARGETS } from '@/lib/targets';
import { day } from '@/lib/time';

const route = getRouteApi('/signed-in/settings/part-numbers/$id');

/** One kind of part: what it is, and what one takes at best, here and there. */
export function PartNumberPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const found = useQuery(partNumberQuery(id));
  const { opened, reopen } = useReopening([PART_NUMBERS]);
  const face = useClockface();
  const mayChange = useMay().everywhere('configure');
  const retired = found.data?.retired_at == null ? '' : t('parts.retired_on', { day: day(face, found.data.retired_at) });
  return (
    <>
      <PageHead
        title={found.data?.number ?? ''}
        up={[<Link key="parts" to="/settings/part-numbers">{t('parts.title')}</Link>]}
        beside={[found.data?.name ?? '', retired].filter((said) => said !== '').join(' · ')}
      />
      {found.error !== null && (
        <ProblemNotice wholePage={found.data === undefined} error={found.error} list="/settings/part-numbers" onRetry={() => void found.refetch()} />
      )}
      {found.data !== undefined && (
        <Cards>
          {mayChange && <Master key={`${found.data.id} ${opened}`} part={found.data} onReload={reopen} />}
          <AtPlaces part={found.data} />
          {mayChange && <PartNumberEnd key={opened} part={found.data} onReload={reopen} />}
        </Cards>
      )}
    </>
  );
}

function useChanged() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: [PART_NUMBERS] });
}

function Master({ part, onReload }: { part: PartNumber; onReload: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(part.name);
  const [ideal, setIdeal] = useState(part.ideal_cycle_ms);
  const changed = useChanged();
  const change = useEdit({
    path: `/api/part-numbers/${part.id}`,
    send: (body: { name: string; ideal_cycle_ms: number }, header) =>
      client.PATCH('/api/part-numbers/{part}', { params: { path: { part: part.id }, header }, body }),
    onSaved: changed,
  });
  return (
    <Card title={t('parts.master')} what={t('parts.master_what')}>
      <EditForm
        edit={change}
        saved={t('parts.saved')}
        onSubmit={() => change.save({ name, ideal_cycle_ms: ideal })}
        onReload={onReload}
      >
        <TextInput label={t('parts.name')} maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <CycleField value={ideal} onChange={setIdeal} />
      </EditForm>
    </Card>
  );
}

/** Lines differ: what one takes at best there, and what that and the target of the line come to. */
function AtPlaces({ part }: { part: PartNumber }) {
  const { t } = useTranslation();
  const cycles = useCycles();
  const figures = useFigures();
  const may = useMay();
  const places = useQuery(placesQuery);
  const known = places.data?.items ?? [];
  const choices = placeChoices(known);
  const paths = new Map(choices.map((choice) => [choice.id, choice.path]));
  const rows = part.cycles
    .map((cycle) => ({ cycle, ...cycle, path: paths.get(cycle.place) ?? cycle.place }))
    .sort((a, b) => a.path.localeCompare(b.path));
  const removal = useCycleRemoval(part.id);
  const { removed } = removal;
  const free = choices.filter(({ id }) => may.at('configure', id) && !rows.some((row) => row.place === id));
  return (
    <Card title={t('parts.at_places')} what={t('parts.at_places_what')}>
      {removal.error !== null && <ProblemNotice error={removal.error} />}
      {rows.length > 0 && (
        <DataTable label={t('parts.cycle')}>
          <thead>
            <tr>
              <th scope="col">{t('users.place')}</th>
              <th scope="col" className={table.number}>
                {t('parts.cycle')}
              </th>
              <th scope="col" className={table.number}>
                {t('parts.per_hour')}
              </th>
              <th scope="col" className={table.number}>
                {t('parts.at_target')}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const target = oeeTargetOf(known, row.place) ?? TARGETS.oee;
              return (
                <tr key={row.place}>
                  <th scope="row">
                    {row.path}
                  </th>
                  <td className={table.number}>{cycles.seconds(row.ideal_cycle_ms)}</td>
                  <td className={table.number}>{cycles.perHour(row.ideal_cycle_ms)}</td>
                  <td className={table.number}>
                    {cycles.perHour(row.ideal_cycle_ms, target)}
                    <small>{figures.percent(target)}</small>
                  </td>
                  <td className={table.number}>
                    {may.at('configure', row.place) && (
                      <Button
                        variant="default"
                        aria-label={t('parts.remove_at', { place: row.path })}
                        onClick={() => removal.remove(row.cycle)}
                      >
                        {t('users.remove_role')}
                      </Button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </DataTable>
      )}
      {removed !== undefined && (
        <Undo
          key={removed.place}
          said={t('parts.removed_at', {
            place: paths.get(removed.place) ?? removed.place,
            cycle: cycles.seconds(removed.ideal_cycle_ms),
          })}
          pending={removal.isBackPending}
          onUndo={() => removal.putBack(removed)}
        />
      )}
      {free.length > 0 && <NewCycle key={rows.length} part={part} choices={free} />}
    </Card>
  );
}

function NewCycle({ part, choices }: { part: PartNumber; choices: readonly { id: string; path: string }[] }) {
  const { t } = useTranslation();
  const cycles = useCycles();
  const changed = useChanged();
  const [place, setPlace] = useState('');
  const [ideal, setIdeal] = useState(0);
  const set = useEdit({
    path: `/api/part-numbers/${part.id}/cycles/`,
    send: ({ to, ms }: { to: string; ms: number }, header) =>
      client.PUT('/api/part-numbers/{part}/cycles/{place}', {
        params: { path: { part: part.id, place: to }, header },
        body: { ideal_cycle_ms: ms },
      }),
    onSaved: changed,
  });
  const first = useQuery({ ...cycleQuery(part.id, place), enabled: isChangedMeanwhile(set.error) });
  return (
    <Form quiet action={t('parts.set_at')} pending={set.isPending} onSubmit={() => set.save({ to: place, ms: ideal })}>
      <NativeSelect
        label={t('users.place')}
        required
        withAsterisk={false}
        value={place}
        onChange={(event) => {
          setPlace(event.currentTarget.value);
          set.reset();
        }}
        data={[{ value: '', label: t('parts.choose_place') }, ...choices.map((choice) => ({ value: choice.id, label: choice.path }))]}
      />
      <CycleField value={ideal} onChange={setIdeal} required />
      <EditProblem
        edit={set}
        onReload={() => void changed()}
        present={first.data && t('parts.present', { cycle: cycles.seconds(first.data.ideal_cycle_ms) })}
      />
    </Form>
  );
}
