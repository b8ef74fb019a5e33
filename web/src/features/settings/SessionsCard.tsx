import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { OpenSession, User } from '@/api/types';
import { AskFirst } from '@/components/AskFirst';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { Card } from '@/components/Card';
import { ownSessionsQuery, userSessionsQuery } from '@/features/settings/queries';
import { agentName } from '@/lib/agent';
import { dateAndTime } from '@/lib/time';
import classes from '@/features/settings/Form.module.css';

/** Where one is signed in, or for who administers a `user`, and the way to end it there. */
export function SessionsCard({ user }: { user?: User }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const query = user === undefined ? ownSessionsQuery : userSessionsQuery(user.id);
  const list = useQuery(query);
  const sessions = list.data?.items ?? [];
  const changed = () => queries.invalidateQueries({ queryKey: query.queryKey });
  const end = useMutation({
    mutationFn: (session: string) =>
      user === undefined
        ? answer(client.DELETE('/api/account/sessions/{session}', { params: { path: { session } } }))
        : answer(client.DELETE('/api/users/{user}/sessions/{session}', { params: { path: { user: user.id, session } } })),
    onSettled: changed,
  });
  return (
    <Card
      title={t(user === undefined ? 'sessions.title' : 'sessions.of_user')}
      {...(user === undefined ? { what: t('sessions.what') } : {})}
      {...(user !== undefined && list.isSuccess ? { what: t('sessions.count', { count: sessions.length }) } : {})}
      action={user !== undefined && sessions.length > 0 && <EndAll user={user} onEnded={changed} />}
    >
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {end.error !== null && <ProblemNotice error={end.error} />}
      <ul className={classes.rows}>
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            pending={end.isPending && end.variables === session.id}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
      </ul>
    </Card>
  );
}

interface RowProps {
  session: OpenSession;
  pending: boolean;
  onEnd: () => void;
}

function SessionRow({ session, pending, onEnd }: RowProps) {
  const { t } = useTranslation();
  const face = useClockface();
  const agent = agentName(session.agent) || t('sessions.unknown');
  return (
    <li className={classes.row}>
      <div>
        <b>{agent}</b>
        <small>
          {t('sessions.since', {
            address: session.address,
            since: dateAndTime(face, session.created_at),
            used: dateAndTime(face, session.last_used_at ?? session.created_at),
          })}
        </small>
      </div>
      {session.current ? (
        <span>{t('sessions.current')}</span>
      ) : (
        <AskFirst
          action={t('sessions.end')}
          label={t('sessions.end_this', { agent })}
          question={t('sessions.end_ask', { agent })}
          what={t('sessions.end_means', { address: session.address })}
          pending={pending}
          onYes={onEnd}
        />
      )}
    </li>
  );
}

function EndAll({ user, onEnded }: { user: User; onEnded: () => Promise<void> }) {
  const { t } = useTranslation();
  const end = useMutation({
    mutationFn: () => answer(client.DELETE('/api/users/{user}/sessions', { params: { path: { user: user.id } } })),
    onSettled: onEnded,
  });
  return (
    <>
      {end.error !== null && <ProblemNotice error={end.error} />}
      <AskFirst
        action={t('sessions.end_all')}
        question={t('sessions.end_all_ask', { name: user.name })}
        what={t('sessions.end_all_means')}
        pending={end.isPending}
        onYes={() => end.mutate()}
      />
    </>
  );
}
