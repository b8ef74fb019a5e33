import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { sessionQuery } from '@/api/session';
import type { ApiToken, Permission } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { Card, Secret } from '@/components/Card';
import { ConfirmForm } from '@/features/settings/ConfirmForm';
import { ownTokensQuery } from '@/features/settings/queries';
import { serverNow, useNow } from '@/lib/now';
import { dateAndTime } from '@/lib/time';
import classes from '@/features/settings/Form.module.css';

const DAY_MS = 86_400_000;
const FIRST_LIFE_DAYS = 90;
const LONGEST_LIFE_DAYS = 365;

/** What programs sign in with. */
export function TokensCard() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const list = useQuery(ownTokensQuery);
  const [adding, setAdding] = useState(false);
  const changed = () => queries.invalidateQueries({ queryKey: ownTokensQuery.queryKey });
  const revoke = useMutation({
    mutationFn: (token: string) => answer(client.DELETE('/api/account/tokens/{token}', { params: { path: { token } } })),
    onSettled: changed,
  });
  const [secret, setSecret] = useState<string>();
  return (
    <Card
      title={t('tokens.title')}
      what={t('tokens.what')}
      action={
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
          <TokenRow key={token.id} token={token} onRevoke={() => revoke.mutate(token.id)} />
        ))}
      </ul>
    </Card>
  );
}

function TokenRow({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
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
        <Button variant="default" aria-label={t('tokens.revoke_this', { name: token.name })} onClick={onRevoke}>
          {t('tokens.revoke')}
        </Button>
      )}
    </li>
  );
}

function NewToken({ onMade, onCancel }: { onMade: (secret: string) => Promise<void>; onCancel: () => void }) {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const offered = (session?.user.permissions ?? []).filter((permission) => permission !== 'account');
  const [name, setName] = useState('');
  const [days, setDays] = useState(FIRST_LIFE_DAYS);
  const [scopes, setScopes] = useState<readonly Permission[]>(['view']);
  const make = useMutation({
    mutationFn: (password: string) =>
      answer(
        client.POST('/api/account/tokens', {
          body: {
            password,
            name,
            scopes: [...scopes],
            expires_at: new Date(serverNow() + days * DAY_MS).toISOString(),
          },
        }),
      ),
    onSuccess: (made) => onMade(made.secret),
  });
  const toggle = (permission: Permission) =>
    setScopes(scopes.includes(permission) ? scopes.filter((one) => one !== permission) : [...scopes, permission]);
  return (
    <ConfirmForm
      action={t('tokens.make')}
      error={make.error}
      pending={make.isPending}
      onSubmit={(password) => make.mutate(password)}
      onCancel={onCancel}
    >
      <TextInput
        label={t('tokens.name')}
        placeholder={t('tokens.name_example')}
        required
        withAsterisk={false}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <fieldset className={classes.choices}>
        <legend>{t('tokens.scopes')}</legend>
        {offered.map((permission) => (
          <label key={permission} className={classes.choice}>
            <input type="checkbox" checked={scopes.includes(permission)} onChange={() => toggle(permission)} />
            {t(`permission.${permission}`)}
          </label>
        ))}
      </fieldset>
      <TextInput
        label={t('tokens.days')}
        type="number"
        min={1}
        max={LONGEST_LIFE_DAYS}
        required
        withAsterisk={false}
        value={days}
        onChange={(event) => setDays(event.currentTarget.valueAsNumber || 1)}
      />
    </ConfirmForm>
  );
}
