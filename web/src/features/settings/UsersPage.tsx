import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { placesQuery } from '@/api/masters';
import type { Grant, User } from '@/api/types';
import { DataTable } from '@/components/DataTable';
import table from '@/components/DataTable.module.css';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useMay } from '@/components/useMay';
import { Card } from '@/components/Card';
import { placeChoices } from '@/components/places';
import { CsvActions } from '@/features/settings/CsvActions';
import { usersQuery } from '@/features/settings/queries';
import { USERS_TABLE } from '@/features/settings/tables';
import { UserForm, type Account } from '@/features/settings/UserForm';
import classes from '@/features/settings/Page.module.css';

/** Everybody who has an account. */
export function UsersPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const list = useQuery(usersQuery);
  const may = useMay().everywhere('administer');
  return (
    <>
      <PageHead title={t('users.title')}>
        {may && (
          <CsvActions table={USERS_TABLE} onImported={() => void queries.invalidateQueries({ queryKey: usersQuery.queryKey })} />
        )}
        {may && !adding && <Button onClick={() => setAdding(true)}>{t('users.add')}</Button>}
      </PageHead>
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
    <DataTable label={t('users.title')}>
      <thead>
        <tr>
          <th scope="col">{t('session.name')}</th>
          <th scope="col">{t('users.roles')}</th>
          <th scope="col">{t('users.state')}</th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.id} className={user.disabled_at === null ? '' : table.off}>
            <td>
              <Link to="/settings/users/$id" params={{ id: user.id }}>
                {user.name}
              </Link>
            </td>
            <td>
              {user.grants.length === 0 && t('users.no_role')}
              {user.grants.map((grant) => (
                <div key={`${grant.role} ${grant.place}`} className={classes.role}>
                  <span>{t(`role.${grant.role}`)}</span> <small>{where(grant)}</small>
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
    </DataTable>
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
  const make = useMutation({
    mutationFn: (body: Account) => answer(client.POST('/api/users', { body })),
    onSuccess: async (user) => {
      await queries.invalidateQueries({ queryKey: usersQuery.queryKey });
      await navigate({ to: '/settings/users/$id', params: { id: user.id } });
    },
  });
  return (
    <Card title={t('users.add')} what={t('users.add_what')}>
      <UserForm
        account={{ name: '', grants: [{ role: 'viewer', place: null }] }}
        action={t('users.add')}
        pending={make.isPending}
        onSubmit={(account) => make.mutate(account)}
        onCancel={onCancel}
      >
        {make.error !== null && <ProblemNotice error={make.error} />}
      </UserForm>
    </Card>
  );
}
