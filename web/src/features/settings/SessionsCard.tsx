import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { OpenSession } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { Card } from '@/components/Card';
import { ownSessionsQuery } from '@/features/settings/queries';
import { agentName } from '@/lib/agent';
import { dateAndTime } from '@/lib/time';
import classes from '@/features/settings/Form.module.css';

/** Where one is signed in, and the way to end it there. */
export function SessionsCard() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const list = useQuery(ownSessionsQuery);
  const end = useMutation({
    mutationFn: (session: string) => answer(client.DELETE('/api/account/sessions/{session}', { params: { path: { session } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey }),
  });
  return (
    <Card title={t('sessions.title')} what={t('sessions.what')}>
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {end.error !== null && <ProblemNotice error={end.error} />}
      <ul className={classes.rows}>
        {list.data?.items.map((session) => (
          <li key={session.id} className={classes.row}>
            <SessionFacts session={session} />
            {session.current ? (
              <span>{t('sessions.current')}</span>
            ) : (
              <Button
                variant="default"
                aria-label={t('sessions.end_this', { agent: agentName(session.agent) || session.address })}
                onClick={() => end.mutate(session.id)}
              >
                {t('sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function SessionFacts({ session }: { session: OpenSession }) {
  const { t } = useTranslation();
  const face = useClockface();
  return (
    <div>
      <b>{agentName(session.agent) || t('sessions.unknown')}</b>
      <small>
        {t('sessions.since', {
          address: session.address,
          since: dateAndTime(face, session.created_at),
          used: dateAndTime(face, session.last_used_at ?? session.created_at),
        })}
      </small>
    </div>
  );
}
