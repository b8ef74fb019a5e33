import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { Account } from '@/api/types';
import { Card, Secret } from '@/components/Card';
import { Buttons } from '@/components/Form';
import { ConfirmForm } from '@/features/settings/ConfirmForm';
import { QrCode } from '@/components/QrCode';
import { accountQuery } from '@/features/settings/queries';
import { ProblemNotice } from '@/components/Notice';
import classes from '@/features/settings/Form.module.css';

/** Codes of an authenticator app, asked for after the password. */
export function SecondFactorCard({ account }: { account: Account }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [code, setCode] = useState('');
  const changed = () => queries.invalidateQueries({ queryKey: accountQuery.queryKey, exact: true });
  const propose = useMutation({
    mutationFn: () => answer(client.POST('/api/account/second-factor/proposals', {})),
  });
  const add = useMutation({
    mutationFn: (body: { password: string; secret: string; code: string }) =>
      answer(client.PUT('/api/account/second-factor', { body })),
    onSuccess: async () => {
      propose.reset();
      setCode('');
      await changed();
    },
  });
  const remove = useMutation({
    mutationFn: (password: string) => answer(client.POST('/api/account/second-factor/removal', { body: { password } })),
    onSuccess: async () => {
      setRemoving(false);
      add.reset();
      await changed();
    },
  });
  const proposal = propose.data;
  const state = account.second_factor
    ? t('factor.on', { count: account.recovery_codes_left })
    : t('factor.off');
  return (
    <Card title={t('factor.title')} what={state}>
      {add.data !== undefined && account.second_factor && (
        <div role="status">
          <p>{t('factor.codes_what')}</p>
          <ul className={classes.codes}>
            {add.data.codes.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      )}
      {!account.second_factor && proposal === undefined && (
        <Buttons>
          <Button variant="default" loading={propose.isPending} onClick={() => propose.mutate()}>
            {t('factor.add')}
          </Button>
        </Buttons>
      )}
      {propose.error !== null && <ProblemNotice error={propose.error} />}
      {proposal !== undefined && (
        <div className={classes.factor}>
          <QrCode text={proposal.address} label={t('factor.qr')} />
          <ConfirmForm
            action={t('factor.confirm')}
            error={add.error}
            pending={add.isPending}
            onSubmit={(password) => add.mutate({ password, secret: proposal.secret, code })}
            onCancel={() => propose.reset()}
          >
            <p>{t('factor.scan')}</p>
            <Secret label={t('factor.secret')} value={proposal.secret} />
            <TextInput
              label={t('session.code')}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              withAsterisk={false}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          </ConfirmForm>
        </div>
      )}
      {account.second_factor && !removing && (
        <Buttons>
          <Button variant="default" onClick={() => setRemoving(true)}>
            {t('factor.remove')}
          </Button>
        </Buttons>
      )}
      {removing && (
        <ConfirmForm
          action={t('factor.remove')}
          error={remove.error}
          pending={remove.isPending}
          onSubmit={(password) => remove.mutate(password)}
          onCancel={() => setRemoving(false)}
        />
      )}
    </Card>
  );
}
