import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
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
import { Card } from '@/components/Card';
import { CsvActions } from '@/features/settings/CsvActions';
import { partNumberCountQuery } from '@/features/settings/queries';
import { CycleField } from '@/features/settings/CycleField';
import { PART_NUMBERS_TABLE } from '@/features/settings/tables';
import { useCycles } from '@/features/settings/useCycles';
import classes from '@/features/settings/Page.module.css';

const SHOWN_AT_ONCE = 200;
const TYPED_MS = 200;

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
  const [typed, setTyped] = useState('');
  const [find] = useDebouncedValue(typed.trim(), TYPED_MS);
  const list = useInfiniteQuery(partNumbersQuery(find, SHOWN_AT_ONCE));
  const parts = list.data?.pages.flatMap((page) => page.items) ?? [];
  const { data: found } = useQuery(partNumberCountQuery(find));
  return (
    <>
      <div className={classes.filters}>
        <TextInput
          type="search"
          label={t('parts.find')}
          maxLength={200}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <p role="status" className={classes.found}>
          {found !== undefined && t('parts.count', { count: found.part_numbers, shown: figures.count(found.part_numbers) })}
        </p>
      </div>
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {parts.length > 0 && <PartTable parts={parts} />}
      <More list={list}>{t('parts.more')}</More>
    </>
  );
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
