import { TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { sessionQuery } from '@/api/session';
import type { Permission } from '@/api/types';
import { ConfirmForm } from '@/features/settings/ConfirmForm';
import { serverNow } from '@/lib/now';
import classes from '@/features/settings/Form.module.css';

const DAY_MS = 86_400_000;
const FIRST_LIFE_DAYS = 90;
const LONGEST_LIFE_DAYS = 365;

/** What a token of one's own is for, and which of one's permissions it has until when. */
export function NewToken({ onMade, onCancel }: { onMade: (secret: string) => Promise<void>; onCancel: () => void }) {
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
