import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { PART_NUMBERS, partNumbersQuery } from '@/api/masters';
import type { PartNumber } from '@/api/types';
import { DataTable } from '@/components/DataTable';
import table from '@/components/DataTable.module.css';
import { Form } from '@/components/Form';
import { More } from '@/components/More';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useFigures } from '@/components/useFigures';
import { useMay } from '@/components/useMay';
import { useTyped } from '@/components/useTyped';
import { Card } from '@/components/Card';
import { CsvActions } from '@/features/settings/CsvActions';
import { partNumberCountQuery, type PartSearch } from '@/features/settings/queries';
import { CycleField } from '@/features/settings/CycleField';
import { PART_NUMBERS_TABLE } from '@/features/settings/tables';
import { useCycles } from '@/features/settings/useCycles';
import classes from '@/features/settings/Page.module.css';

const route = getRouteApi('/signed-in/settings/part-numbers');
const SHOWN_AT_ONCE = 200;
const STATES = ['in_use', 'retired', 'all'] as const;
type Shown = (typeof STATES)[number];

/** Every kind of part, and what one takes at best. */
export function PartNumbersPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const all = useQuery(partNumberCountQuery(''));
  const may = useMay().everywhere('configure');
  return (
    <>
      <PageHead title={t('parts.title')}>
        {may && (
          <CsvActions
            table={PART_NUMBERS_TABLE}
            onImported={() => void queries.invalidateQueries({ queryKey: [PART_NUMBERS] })}
          />
        )}
        {may && !adding && <Button onClick={() => setAdding(true)}>{t('parts.add')}</Button>}
      </PageHead>
      {adding && <NewPartNumber onCancel={() => setAdding(false)} />}
      {all.error !== null && <ProblemNotice error={all.error} onRetry={() => void all.refetch()} />}
      {all.data?.part_numbers === 0 && !adding && <p className={classes.teaching}>{t('parts.empty')}</p>}
      {all.data?.part_numbers !== 0 && <Finding />}
    </>
  );
}

function Finding() {
  const { t } = useTranslation();
  const figures = useFigures();
  const navigate = route.useNavigate();
  const { find = '', state = 'in_use' } = route.useSearch();
  const show = (next: { find?: string; state?: Shown }) =>
    void navigate({ search: addressOf({ find, state, ...next }), replace: true });
  const typed = useTyped(find, (text) => show({ find: text }));
  const list = useInfiniteQuery(partNumbersQuery(state === 'all' ? { find } : { find, state }, SHOWN_AT_ONCE));
  const parts = list.data?.pages.flatMap((page) => page.items) ?? [];
  const { data: counts } = useQuery(partNumberCountQuery(find));
  const count = counts && { all: counts.part_numbers, retired: counts.retired, in_use: counts.part_numbers - counts.retired };
  const hidden = state === 'in_use' && count !== undefined ? count.retired : 0;
  return (
    <>
      <div className={classes.filters}>
        <TextInput
          type="search"
          label={t('parts.find')}
          maxLength={200}
          value={typed.text}
          onChange={(event) => typed.change(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('parts.state.show')}
          value={state}
          onChange={(event) => show({ state: event.currentTarget.value as Shown })}
          data={STATES.map((one) => ({ value: one, label: t(`parts.state.${one}`) }))}
        />
        <p role="status" className={classes.found}>
          {count && t('parts.count', { count: count[state], shown: figures.count(count[state]) })}
        </p>
        {hidden > 0 && (
          <Link to="." search={addressOf({ find, state: 'all' })} className={classes.found}>
            {t('parts.state.hidden', { count: hidden, shown: figures.count(hidden) })}
          </Link>
        )}
      </div>
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {parts.length > 0 && <PartTable parts={parts} />}
      <More list={list}>{t('parts.more')}</More>
    </>
  );
}

/** What is so anyway is left out of the address. */
function addressOf({ find, state }: { find: string; state: Shown }): PartSearch {
  return { ...(find === '' ? {} : { find }), ...(state === 'in_use' ? {} : { state }) };
}

function PartTable({ parts }: { parts: readonly PartNumber[] }) {
  const { t } = useTranslation();
  const cycles = useCycles();
  return (
    <DataTable label={t('parts.title')}>
      <thead>
        <tr>
          <th scope="col">{t('parts.number')}</th>
          <th scope="col">{t('parts.name')}</th>
          <th scope="col" className={table.number}>
            {t('parts.cycle')}
          </th>
          <th scope="col" className={table.number}>
            {t('parts.per_hour')}
          </th>
          <th scope="col">{t('parts.places')}</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <tr key={part.id} className={part.retired_at === null ? '' : table.off}>
            <td>
              <Link to="/settings/part-numbers/$id" params={{ id: part.id }}>
                {part.number}
              </Link>
            </td>
            <td>
              {part.name}
              {part.retired_at !== null && <small>{t('parts.retired')}</small>}
            </td>
            <td className={table.number}>
              {part.ideal_cycle_ms === 0 ? t('parts.unknown') : cycles.seconds(part.ideal_cycle_ms)}
            </td>
            <td className={table.number}>{cycles.perHour(part.ideal_cycle_ms)}</td>
            <td>{part.cycles.length === 0 ? '–' : t('parts.own', { count: part.cycles.length })}</td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function NewPartNumber({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [number, setNumber] = useState('');
  const [name, setName] = useState('');
  const [ideal, setIdeal] = useState(0);
  const make = useMutation({
    mutationFn: () => answer(client.POST('/api/part-numbers', { body: { number, name, ideal_cycle_ms: ideal } })),
    onSuccess: async (part) => {
      await queries.invalidateQueries({ queryKey: [PART_NUMBERS] });
      await navigate({ to: '/settings/part-numbers/$id', params: { id: part.id } });
    },
  });
  return (
    <Card title={t('parts.add')} what={t('parts.add_what')}>
      <Form action={t('parts.add')} pending={make.isPending} onSubmit={() => make.mutate()} onCancel={onCancel}>
        <TextInput
          label={t('parts.number')}
          required
          withAsterisk={false}
          maxLength={200}
          autoFocus
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <TextInput label={t('parts.name')} maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <CycleField value={ideal} onChange={setIdeal} />
        {make.error !== null && <ProblemNotice error={make.error} />}
      </Form>
    </Card>
  );
}
