import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { AuditEntry, Verification } from '@/api/types';
import { DataTable } from '@/components/DataTable';
import table from '@/components/DataTable.module.css';
import { FaultIcon } from '@/components/icons';
import { More } from '@/components/More';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { Recorded } from '@/components/Recorded';
import { useClockface } from '@/components/useClockface';
import { useMay } from '@/components/useMay';
import { useWordsOf } from '@/components/useWordsOf';
import { auditQuery } from '@/features/settings/queries';
import { separatorOf } from '@/lib/csv';
import { dateAndTime } from '@/lib/time';
import en from '@/locales/en.json';
import classes from '@/features/settings/Page.module.css';

const route = getRouteApi('/signed-in/settings/audit');
/** How the names of actions begin. */
const NOUNS = Object.keys(en.audit.noun) as (keyof typeof en.audit.noun)[];

/** Who did what, newest first. */
export function AuditPage() {
  const { t, i18n } = useTranslation();
  const search = route.useSearch();
  const list = useInfiniteQuery(auditQuery(search));
  const verify = useMutation({ mutationFn: () => answer(client.GET('/api/audit/verify')) });
  const may = useMay().everywhere('audit');
  const query = new URLSearchParams({ ...search, separator: separatorOf(i18n.language) }).toString();
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead title={t('audit.title')}>
        {may && (
          <>
            {(['csv', 'jsonl'] as const).map((form) => (
              <Button key={form} component="a" variant="default" href={`/api/audit/export?format=${form}&${query}`} download>
                {t(`audit.export_${form}`)}
              </Button>
            ))}
            <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
              {t('audit.verify')}
            </Button>
          </>
        )}
      </PageHead>
      <Narrow />
      {verify.error !== null && <ProblemNotice error={verify.error} />}
      {verify.data !== undefined && <Found verification={verify.data} />}
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && <p>{t('audit.none')}</p>}
      {entries.length > 0 && <Entries entries={entries} />}
      <More list={list}>{t('audit.older')}</More>
    </>
  );
}

function Narrow() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [actor, setActor] = useState(search.actor ?? '');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const { actor: _before, ...rest } = search;
    void navigate({ search: actor.trim() === '' ? rest : { ...rest, actor: actor.trim() } });
  };
  const choose = (noun: string) => {
    const { action: _before, ...rest } = search;
    void navigate({ search: noun === '' ? rest : { ...rest, action: noun } });
  };
  return (
    <form className={classes.filters} onSubmit={submit} role="search" aria-label={t('audit.filter')}>
      <TextInput label={t('audit.who')} value={actor} onChange={(event) => setActor(event.currentTarget.value)} />
      <NativeSelect
        label={t('audit.about')}
        value={search.action ?? ''}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[{ value: '', label: t('audit.everything') }, ...NOUNS.map((noun) => ({ value: noun, label: t(`audit.noun.${noun}`) }))]}
      />
      <Button type="submit" variant="default">
        {t('audit.find')}
      </Button>
    </form>
  );
}

function Found({ verification }: { verification: Verification }) {
  const { t } = useTranslation();
  if (verification.broken !== null) {
    return (
      <div className={classes.broken} role="alert">
        <b>
          <FaultIcon /> {t('audit.broken', { number: verification.broken.number })}
        </b>
        <p>{t('audit.broken_next')}</p>
        <Recorded>{verification.broken.reason}</Recorded>
      </div>
    );
  }
  return (
    <div className={classes.intact} role="status">
      <b>{t('audit.intact', { count: verification.entries })}</b>
      <p>{t('audit.intact_next')}</p>
      <code>{verification.head}</code>
    </div>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useTranslation();
  const face = useClockface();
  const words = useWordsOf();
  return (
    <DataTable label={t('audit.title')}>
      <thead>
        <tr>
          <th scope="col" className={table.number}>
            {t('audit.number')}
          </th>
          <th scope="col">{t('audit.at')}</th>
          <th scope="col">{t('audit.who')}</th>
          <th scope="col">{t('audit.what')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.number}>
            <td className={table.number}>{entry.number}</td>
            <td className={table.nowrap}>{dateAndTime(face, entry.at)}</td>
            <td>{entry.actor}</td>
            <td>
              {words.action(entry.action)}
              <Recorded>{entry.detail || entry.subject}</Recorded>
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
