import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { Gateway, GatewayState } from '@/api/types';
import { Card } from '@/components/Card';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { GATEWAYS, statesQuery } from '@/features/gateways/queries';
import { dateAndTime } from '@/lib/time';
import classes from '@/features/gateways/StatesCard.module.css';

/** What the server wants of the gateway beside what the gateway says it runs, and whether there is more to roll out. */
export function StatesCard({ gateway, mayRollOut }: { gateway: Gateway; mayRollOut: boolean }) {
  const { t } = useTranslation();
  const states = useQuery(statesQuery(gateway.id));
  const { reported } = gateway;
  const stage = reported?.stage ?? 'idle';
  return (
    <Card title={t('gateways.states.title')}>
      {states.error !== null && <ProblemNotice error={states.error} onRetry={() => void states.refetch()} />}
      {states.data !== undefined && (
        <div className={classes.pair}>
          <State title={t('gateways.states.desired')} state={states.data.desired} none={t('gateways.nothing_rolled_out')} />
          <State title={t('gateways.states.active')} state={states.data.active} none={t('gateways.runs_nothing')}>
            {reported !== null && gateway.desired_revision > 0 && (
              <p className={classes.stage} data-refused={stage === 'refused' || undefined}>
                {t(`gateways.stage.${stage}`)}
                {reported.detail !== '' && <small>{reported.detail}</small>}
              </p>
            )}
          </State>
        </div>
      )}
      {states.data?.changed === true && <RollOut gateway={gateway} may={mayRollOut} />}
    </Card>
  );
}

interface StateProps {
  title: string;
  state: GatewayState | null;
  none: string;
  children?: ReactNode;
}

function State({ title, state, none, children }: StateProps) {
  const { t } = useTranslation();
  const face = useClockface();
  return (
    <section className={classes.state} aria-label={title}>
      <h3>{title}</h3>
      {state === null ? (
        <p className={classes.none}>{none}</p>
      ) : (
        <>
          <p className={classes.revision}>{t('gateways.revision', { revision: state.revision })}</p>
          <p className={classes.none}>{t('gateways.states.issued', { at: dateAndTime(face, state.issued_at) })}</p>
          {state.rolls_back !== null && <p>{t('gateways.states.rolls_back', { revision: state.rolls_back })}</p>}
        </>
      )}
      {children}
      <ul className={classes.stations}>
        {state?.stations.map((station) => (
          <li key={station.station}>
            <b>{station.name}</b>
            {station.recipes.length === 0 && <small>{t('gateways.no_recipe')}</small>}
            {station.recipes.map((recipe) => (
              <small key={recipe.recipe}>
                {recipe.part_number === '*' ? t('gateways.every_part') : recipe.part_number} ·{' '}
                {t('gateways.recipe', { model: recipe.model ?? recipe.package.slice(0, 12), revision: recipe.revision })} ·{' '}
                {t(`mode.${recipe.mode}`)}
              </small>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function RollOut({ gateway, may }: { gateway: Gateway; may: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const rollOut = useMutation({
    mutationFn: () => answer(client.POST('/api/rollouts', { body: { gateways: [gateway.id], note: '' } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: [GATEWAYS] }),
  });
  return (
    <div className={classes.changed}>
      <p>
        <b>{t('gateways.states.changed')}</b> {t('gateways.states.changed_what')}
      </p>
      {rollOut.error !== null && <ProblemNotice error={rollOut.error} />}
      {may && (
        <Button loading={rollOut.isPending} onClick={() => rollOut.mutate()}>
          {t('gateways.states.roll_out')}
        </Button>
      )}
    </div>
  );
}
