import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { Grant, User } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { Card } from '@/components/Card';
import { GrantsEditor } from '@/features/settings/GrantsEditor';
import { placeChoices } from '@/components/places';
import { placesQuery, usersQuery } from '@/features/settings/queries';
import forms from '@/features/settings/Form.module.css';
import classes from '@/features/settings/Page.module.css';

/** Everybody who has an account. */
export function UsersPage() {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const list = useQuery(usersQuery);
  return (
    <>
      <div className={classes.head}>
        <h1>{t('users.title')}</h1>
        {!adding && <Button onClick={() => setAdding(true)}>{t('users.add')}</Button>}
      </div>
      {adding && <NewUser onCancel={() => setAdding(false)} />}
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && <UserTable users={list.data.items} />}
    </>
  );
}

function UserTable({ users }: { users: readonly User[] }) {
  const { t } = useTranslation();
  const places = useQuery(placesQuery);
  const paths = new Map(placeChoices(places.data?.items ?? []).map((choice) => [choice.id, choice.path]));
  const where = (grant: Grant) => (grant.place == null ? t('users.enterprise') : (paths.get(grant.place) ?? grant.place));
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('users.title')}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('session.name')}</th>
            <th scope="col">{t('users.roles')}</th>
            <th scope="col">{t('users.state')}</th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id} className={user.disabled_at === null ? '' : classes.off}>
              <td>
                <Link to="/settings/users/$id" params={{ id: user.id }}>
                  {user.name}
                </Link>
              </td>
              <td>
                {user.grants.length === 0 && t('users.no_role')}
                {user.grants.map((grant) => (
                  <div key={`${grant.role} ${grant.place}`}>
                    {t(`role.${grant.role}`)} <small>{where(grant)}</small>
                  </div>
                ))}
              </td>
              <td>
                {t(stateOf(user))}
                {user.second_factor && <small>{t('users.with_factor')}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function stateOf(user: User) {
  if (user.disabled_at !== null) return 'users.disabled';
  return user.has_password ? 'users.active' : 'users.invited';
}

function NewUser({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [grants, setGrants] = useState<readonly Grant[]>([{ role: 'viewer', place: null }]);
  const make = useMutation({
    mutationFn: () => answer(client.POST('/api/users', { body: { name, grants: [...grants] } })),
    onSuccess: async (user) => {
      await queries.invalidateQueries({ queryKey: usersQuery.queryKey });
      await navigate({ to: '/settings/users/$id', params: { id: user.id } });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Card title={t('users.add')} what={t('users.add_what')}>
      <form className={forms.form} onSubmit={submit}>
        <TextInput
          label={t('session.name')}
          required
          withAsterisk={false}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <GrantsEditor grants={grants} onChange={setGrants} />
        {make.error !== null && <ProblemNotice error={make.error} />}
        <div className={forms.buttons}>
          <Button type="submit" loading={make.isPending}>
            {t('users.add')}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t('action.cancel')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
