import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { ClaimCode, Gateway } from '@/api/types';
import { Card } from '@/components/Card';
import { Fact, FactList } from '@/components/FactList';
import { Buttons } from '@/components/Form';
import { GoodIcon, WaitIcon } from '@/components/icons';
import { ProblemNotice } from '@/components/Notice';
import { QrCode } from '@/components/QrCode';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useMay } from '@/components/useMay';
import { CopyField } from '@/features/gateways/CopyField';
import { claimQuery, gatewayQuery } from '@/features/gateways/queries';
import { hasCode } from '@/features/gateways/StatusMark';
import { useMakeClaim } from '@/features/gateways/useMakeClaim';
import { useNow } from '@/lib/now';
import { dateAndTime, day } from '@/lib/time';
import classes from '@/features/gateways/JoinCard.module.css';

/** How a computer becomes this gateway: from the code to the moment when it is online. */
export function JoinCard({ gateway }: { gateway: Gateway }) {
  const { data: shown } = useQuery(claimQuery(gateway.id));
  const now = useNow();
  const open = hasCode(gateway, now);
  if (shown != null) {
    if (gateway.enrolled_at !== shown.enrolledBefore) return <Joined gateway={gateway} />;
    // A newer code, made elsewhere, or a withdrawal voids the one that is shown here.
    if (open && gateway.claim_until === shown.claim.expires_at) return <JoinCommand gateway={gateway} claim={shown.claim} />;
  }
  return open || gateway.status === 'waiting' ? <NoCode gateway={gateway} /> : null;
}

function JoinCommand({ gateway, claim }: { gateway: Gateway; claim: ClaimCode }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const left = Date.parse(claim.expires_at) - useNow();
  return (
    <Card title={t('gateways.join.title')} what={t('gateways.join.what')}>
      <div className={classes.join}>
        <QrCode text={claim.command} label={t('gateways.join.qr')} />
        <div className={classes.how}>
          <CopyField label={t('gateways.join.command')} value={claim.command} />
          <p className={classes.note}>
            {t('gateways.join.once', { until: dateAndTime(face, claim.expires_at), left: figures.duration(left) })}
          </p>
          <p className={classes.waiting} role="status">
            <WaitIcon className={classes.icon} />
            <span>
              <b>{t('gateways.join.waiting')}</b> {t('gateways.join.waiting_what')}
            </span>
          </p>
          <Withdraw gateway={gateway} />
        </div>
      </div>
    </Card>
  );
}

/** Nobody sees the code of another page: here one can only make the next one. */
function NoCode({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const make = useMakeClaim();
  const open = hasCode(gateway, now);
  const may = useMay().at('administer', gateway.site);
  const what =
    open && gateway.claim_until !== null
      ? t('gateways.join.open', { until: dateAndTime(face, gateway.claim_until) })
      : t('gateways.join.none');
  return (
    <Card title={t('gateways.join.title')} what={what}>
      {!may && <p>{t('gateways.join.ask')}</p>}
      {make.error !== null && <ProblemNotice error={make.error} />}
      {may && (
        <Buttons>
          <Button loading={make.isPending} onClick={() => make.mutate(gateway)}>
            {t(open ? 'gateways.join.make_new' : 'gateways.join.make')}
          </Button>
          {open && <Withdraw gateway={gateway} />}
        </Buttons>
      )}
    </Card>
  );
}

function Withdraw({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () =>
      answer(client.DELETE('/api/gateways/{gateway}/claim-codes', { params: { path: { gateway: gateway.id } } })),
    onSuccess: async () => {
      queries.setQueryData(claimQuery(gateway.id).queryKey, null);
      await queries.invalidateQueries(gatewayQuery(gateway.id));
    },
  });
  return (
    <>
      {withdraw.error !== null && <ProblemNotice error={withdraw.error} />}
      <div>
        <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
          {t('gateways.join.withdraw')}
        </Button>
      </div>
    </>
  );
}

function Joined({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const face = useClockface();
  const queries = useQueryClient();
  const { certificate } = gateway;
  return (
    <Card title={t('gateways.joined.title', { name: gateway.name })}>
      <div className={classes.joined} role="status">
        <GoodIcon className={classes.done} />
        <div>
          <p>{t('gateways.joined.from', { address: gateway.address, hardware: gateway.hardware })}</p>
          {certificate !== null && (
            <FactList>
              <Fact name={t('gateways.certificate.serial')} mono>
                {certificate.serial}
              </Fact>
              <Fact name={t('gateways.certificate.fingerprint')} mono>
                {certificate.fingerprint}
              </Fact>
              <Fact name={t('gateways.certificate.until')}>
                {t('gateways.certificate.span', {
                  from: day(face, certificate.not_before),
                  until: day(face, certificate.not_after),
                })}
              </Fact>
            </FactList>
          )}
        </div>
      </div>
      <Buttons>
        {gateway.stations.length === 0 && (
          <Button renderRoot={(props) => <Link to="/gateways/$id/wire" params={{ id: gateway.id }} {...props} />}>
            {t('gateways.joined.next')}
          </Button>
        )}
        <Button variant="default" onClick={() => queries.setQueryData(claimQuery(gateway.id).queryKey, null)}>
          {t('gateways.joined.close')}
        </Button>
      </Buttons>
    </Card>
  );
}
