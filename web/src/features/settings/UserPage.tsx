import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { Grant, User } from '@/api/types';
import { EditProblem } from '@/components/EditProblem';
import { Buttons, Said } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useClockface } from '@/components/useClockface';
import { Card, Secret } from '@/components/Card';
import { useEdit } from '@/components/useEdit';
import { useReopening } from '@/components/useReopening';
import { userQuery, userSessionsQuery, usersQuery } from '@/features/settings/queries';
import { SessionFacts } from '@/features/settings/SessionsCard';
import { UserForm } from '@/features/settings/UserForm';
import { dateAndTime } from '@/lib/time';
import forms from '@/features/settings/Form.module.css';

const route = getRouteApi('/signed-in/settings/users/$id');

interface Change {
  name?: string;
  grants?: Grant[];
  disabled?: boolean;
}

/** One account: who, which roles, the way in, and what is open. */
export function UserPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const found = useQuery(userQuery(id));
  const { opened, reopen } = useReopening(usersQuery.queryKey);
  return (
    <>
      <PageHead title={found.data?.name ?? ''} up={[<Link key="users" to="/settings/users">{t('users.title')}</Link>]} />
      {found.error !== null && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.data !== undefined && (
        <>
          <Roles key={`${found.data.id} ${opened}`} user={found.data} onReload={reopen} />
          <PasswordLink user={found.data} />
          <Sessions user={found.data} />
          <Disabling key={opened} user={found.data} onReload={reopen} />
        </>
      )}
    </>
  );
}

function useChange(user: User) {
  const queries = useQueryClient();
  return useEdit({
    path: `/api/users/${user.id}`,
    send: (body: Change, header) => client.PATCH('/api/users/{user}', { params: { path: { user: user.id }, header }, body }),
    onSaved: () => queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
}

interface EditorProps {
  user: User;
  onReload: () => void;
}

function Roles({ user, onReload }: EditorProps) {
  const { t } = useTranslation();
  const change = useChange(user);
  return (
    <Card title={t('users.who')} what={t('users.who_what')}>
      <UserForm
        account={{ name: user.name, grants: user.grants }}
        action={t('action.save')}
        pending={change.isPending}
        onSubmit={(account) => change.save(account)}
      >
        <EditProblem edit={change} onReload={onReload} />
        {change.isSuccess && <Said>{t('users.saved')}</Said>}
      </UserForm>
    </Card>
  );
}

function PasswordLink({ user }: { user: User }) {
  const { t } = useTranslation();
  const face = useClockface();
  const [without, setWithout] = useState(false);
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/users/{user}/password-links', {
          params: { path: { user: user.id } },
          body: { without_second_factor: without },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
  return (
    <Card title={t('users.link')} what={t(user.has_password ? 'users.link_reset' : 'users.link_invite')}>
      {user.second_factor && (
        <label className={forms.choice}>
          <input type="checkbox" checked={without} onChange={() => setWithout(!without)} />
          {t('users.link_without_factor')}
        </label>
      )}
      {make.error !== null && <ProblemNotice error={make.error} />}
      {make.data !== undefined && (
        <div role="status">
          <Secret
            label={t('users.link_hand_over', { until: dateAndTime(face, make.data.expires_at) })}
            value={`${globalThis.location.origin}${make.data.path}`}
          />
        </div>
      )}
      <Buttons>
        <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
          {t('users.link_make')}
        </Button>
      </Buttons>
    </Card>
  );
}

function Sessions({ user }: { user: User }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const list = useQuery(userSessionsQuery(user.id));
  const end = useMutation({
    mutationFn: () => answer(client.DELETE('/api/users/{user}/sessions', { params: { path: { user: user.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: userSessionsQuery(user.id).queryKey }),
  });
  const sessions = list.data?.items ?? [];
  return (
    <Card title={t('sessions.of_user')} what={t('sessions.count', { count: sessions.length })}>
      {list.error !== null && <ProblemNotice error={list.error} />}
      {end.error !== null && <ProblemNotice error={end.error} />}
      <ul className={forms.rows}>
        {sessions.map((session) => (
          <li key={session.id} className={forms.row}>
            <SessionFacts session={session} />
          </li>
        ))}
      </ul>
      {sessions.length > 0 && (
        <Buttons>
          <Button variant="default" loading={end.isPending} onClick={() => end.mutate()}>
            {t('sessions.end_all')}
          </Button>
        </Buttons>
      )}
    </Card>
  );
}

function Disabling({ user, onReload }: EditorProps) {
  const { t } = useTranslation();
  const change = useChange(user);
  const disabled = user.disabled_at !== null;
  return (
    <Card title={t(disabled ? 'users.enable' : 'users.disable')} what={t(disabled ? 'users.enable_what' : 'users.disable_what')}>
      <EditProblem edit={change} onReload={onReload} />
      <Buttons>
        <Button variant="default" loading={change.isPending} onClick={() => change.save({ disabled: !disabled })}>
          {t(disabled ? 'users.enable' : 'users.disable')}
        </Button>
      </Buttons>
    </Card>
  );
}
