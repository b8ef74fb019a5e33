import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { Gateway } from '@/api/types';
import { Card } from '@/components/Card';
import { EditProblem } from '@/components/EditProblem';
import { ProblemNotice } from '@/components/Notice';
import { useEdit } from '@/components/useEdit';
import { GATEWAYS, gatewayQuery } from '@/features/gateways/queries';
import { useMakeClaim } from '@/features/gateways/useMakeClaim';
import classes from '@/features/gateways/GatewayPage.module.css';

function useTaken(gateway: Gateway): (changed: Gateway) => Promise<void> {
  const queries = useQueryClient();
  return async (changed) => {
    queries.setQueryData(gatewayQuery(gateway.id).queryKey, changed);
    await queries.invalidateQueries({ queryKey: [GATEWAYS] });
  };
}

export function NameCard({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(gateway.name);
  const taken = useTaken(gateway);
  const rename = useEdit({
    path: `/api/gateways/${gateway.id}`,
    send: (body: { name: string }, header) =>
      client.PATCH('/api/gateways/{gateway}', { params: { path: { gateway: gateway.id }, header }, body }),
    onSaved: taken,
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    rename.save({ name });
  };
  return (
    <Card title={t('gateways.rename')}>
      <form className={classes.inline} onSubmit={submit}>
        <TextInput
          label={t('gateways.name')}
          required
          withAsterisk={false}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={rename.isPending} disabled={name.trim() === gateway.name}>
          {t('action.save')}
        </Button>
      </form>
      <EditProblem edit={rename} onReload={() => void queries.invalidateQueries(gatewayQuery(gateway.id))} />
    </Card>
  );
}

/** For a computer that takes the place of the one that broke. */
export function ClaimAgainCard({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const make = useMakeClaim();
  const claim = () =>
    make.mutate(gateway, {
      // The code is at the top of the page.
      onSuccess: () => globalThis.scrollTo({ top: 0 }),
    });
  return (
    <Card
      title={t('gateways.again.title')}
      what={t('gateways.again.what')}
      action={
        <Button variant="default" loading={make.isPending} onClick={claim}>
          {t('gateways.join.make')}
        </Button>
      }
    >
      {make.error !== null && <ProblemNotice error={make.error} />}
    </Card>
  );
}

/** For good, so the reason is typed before the button does anything. */
export function RevokeCard({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const taken = useTaken(gateway);
  const revoke = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/gateways/{gateway}/revoke', { params: { path: { gateway: gateway.id } }, body: { reason } }),
      ),
    onSuccess: taken,
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    revoke.mutate();
  };
  const consequence =
    gateway.stations.length === 0
      ? t('gateways.revoke.what')
      : `${t('gateways.revoke.what')} ${t('gateways.revoke.stations', { count: gateway.stations.length })}`;
  return (
    <Card title={t('gateways.revoke.title')} what={consequence}>
      <form className={classes.inline} onSubmit={submit}>
        <TextInput
          label={t('gateways.revoke.reason')}
          required
          withAsterisk={false}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          className={classes.danger ?? ''}
          loading={revoke.isPending}
          disabled={reason.trim() === ''}
        >
          {t('gateways.revoke.do', { name: gateway.name })}
        </Button>
      </form>
      {revoke.error !== null && <ProblemNotice error={revoke.error} />}
    </Card>
  );
}
