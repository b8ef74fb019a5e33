import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { ApiToken, User } from '@/api/types';
import { AskFirst } from '@/components/AskFirst';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { Card, Secret } from '@/components/Card';
import { NewToken } from '@/features/settings/NewToken';
import { ownTokensQuery, userTokensQuery } from '@/features/settings/queries';
import { useNow } from '@/lib/now';
import { dateAndTime } from '@/lib/time';
import classes from '@/features/settings/Form.module.css';

/** What one's programs sign in with, or for who administers those of a `user`. Only its owner makes a token. */
export function TokensCard({ user }: { user?: User }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const query = user === undefined ? ownTokensQuery : userTokensQuery(user.id);
  const list = useQuery(query);
  const [adding, setAdding] = useState(false);
  const changed = () => queries.invalidateQueries({ queryKey: query.queryKey });
  const revoke = useMutation({
    mutationFn: (token: string) =>
      user === undefined
        ? answer(client.DELETE('/api/account/tokens/{token}', { params: { path: { token } } }))
        : answer(client.DELETE('/api/users/{user}/tokens/{token}', { params: { path: { user: user.id, token } } })),
    onSettled: changed,
  });
  const [secret, setSecret] = useState<string>();
  const ofUser = t(list.data?.items.length === 0 ? 'tokens.of_user_none' : 'tokens.of_user', { name: user?.name ?? '' });
  return (
    <Card
      title={t('tokens.title')}
      what={user === undefined ? t('tokens.what') : ofUser}
      action={
        user === undefined &&
        !adding && (
          <Button variant="default" onClick={() => setAdding(true)}>
            {t('tokens.add')}
          </Button>
        )
      }
    >
      {secret !== undefined && (
        <div role="status">
          <Secret label={t('tokens.once')} value={secret} />
        </div>
      )}
      {adding && (
        <NewToken
          onMade={async (made) => {
            setSecret(made);
            setAdding(false);
            await changed();
          }}
          onCancel={() => setAdding(false)}
        />
      )}
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {revoke.error !== null && <ProblemNotice error={revoke.error} />}
      <ul className={classes.rows}>
        {list.data?.items.map((token) => (
          <TokenRow
            key={token.id}
            token={token}
            pending={revoke.isPending && revoke.variables === token.id}
            onRevoke={() => revoke.mutate(token.id)}
          />
        ))}
      </ul>
    </Card>
  );
}

interface RowProps {
  token: ApiToken;
  pending: boolean;
  onRevoke: () => void;
}

function TokenRow({ token, pending, onRevoke }: RowProps) {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const over = token.revoked_at !== null || Date.parse(token.expires_at) <= now;
  return (
    <li className={classes.row} data-over={over || undefined}>
      <div>
        <b>{token.name}</b>
        <small>{token.scopes.map((scope) => t(`permission.${scope}`)).join(' · ')}</small>
        <small>
          {token.last_used_at === null
            ? t('tokens.unused', { until: dateAndTime(face, token.expires_at) })
            : t('tokens.used', { used: dateAndTime(face, token.last_used_at), until: dateAndTime(face, token.expires_at) })}
        </small>
      </div>
      {over ? (
        <span>{token.revoked_at === null ? t('tokens.over') : t('tokens.revoked')}</span>
      ) : (
        <AskFirst
          action={t('tokens.revoke')}
          label={t('tokens.revoke_this', { name: token.name })}
          question={t('tokens.revoke_ask', { name: token.name })}
          what={t('tokens.revoke_means')}
          pending={pending}
          onYes={onRevoke}
        />
      )}
    </li>
  );
}
