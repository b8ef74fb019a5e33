import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { sessionQuery } from '@/api/session';
import type { Grant, User } from '@/api/types';
import { EditProblem } from '@/components/EditProblem';
import { Buttons, Said } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { Card, Cards } from '@/components/Card';
import { useEdit } from '@/components/useEdit';
import { useReopening } from '@/components/useReopening';
import { userQuery, usersQuery } from '@/features/settings/queries';
import { SessionsCard } from '@/features/settings/SessionsCard';
import { PasswordLinkCard, WaitCard } from '@/features/settings/SignInCards';
import { TokensCard } from '@/features/settings/TokensCard';
import { UserForm } from '@/features/settings/UserForm';

const route = getRouteApi('/signed-in/settings/users/$id');

interface Change {
  name?: string;
  grants?: Grant[];
  disabled?: boolean;
}

/** One account: who, which roles, the way in, and what is signed in with it. */
export function UserPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const found = useQuery(userQuery(id));
  const { data: session } = useQuery(sessionQuery);
  const { opened, reopen } = useReopening(usersQuery.queryKey);
  const user = found.data;
  // One's own sessions tell which of them is this browser.
  const holder = user === undefined || user.id === session?.user.id ? {} : { user };
  return (
    <>
      <PageHead title={user?.name ?? ''} up={[<Link key="users" to="/settings/users">{t('users.title')}</Link>]} />
      {found.error !== null && (
        <ProblemNotice wholePage={user === undefined} error={found.error} list="/settings/users" onRetry={() => void found.refetch()} />
      )}
      {user !== undefined && (
        <Cards>
          <Roles key={`${user.id} ${opened}`} user={user} onReload={reopen} />
          <WaitCard user={user} />
          <PasswordLinkCard user={user} />
          <SessionsCard {...holder} />
          <TokensCard {...holder} />
          <Disabling key={opened} user={user} onReload={reopen} />
        </Cards>
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

/** Done at once and taken back by the same button: who locks an account because of a theft has no time for a question. */
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
        {change.isSuccess && <Said>{t(disabled ? 'users.disabled_now' : 'users.enabled_now', { name: user.name })}</Said>}
      </Buttons>
    </Card>
  );
}
