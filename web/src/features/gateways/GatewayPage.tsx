import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Gateway } from '@/api/types';
import { Cards } from '@/components/Card';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useMay } from '@/components/useMay';
import { CertificateCard } from '@/features/gateways/CertificateCard';
import { FactsCard } from '@/features/gateways/FactsCard';
import { AlarmsCard, TrailCard } from '@/features/gateways/HistoryCards';
import { JoinCard } from '@/features/gateways/JoinCard';
import { ClaimAgainCard, NameCard, RevokeCard } from '@/features/gateways/KeepingCards';
import { gatewayQuery } from '@/features/gateways/queries';
import { StatesCard } from '@/features/gateways/StatesCard';
import { StationsCard } from '@/features/gateways/StationsCard';
import { StatusMark } from '@/features/gateways/StatusMark';
import { useGatewayUpdates } from '@/features/gateways/useGatewayUpdates';
import { WarningLines } from '@/features/gateways/WarningLines';
import classes from '@/features/gateways/GatewayPage.module.css';

const route = getRouteApi('/signed-in/gateways/$id');

/** One gateway: whether it is there, what it runs, what it is wired to, and what has become of it. */
export function GatewayPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const found = useQuery(gatewayQuery(id));
  useGatewayUpdates();
  return (
    <>
      <PageHead title={found.data?.name ?? ''} up={[<Link key="gateways" to="/gateways">{t('gateways.title')}</Link>]}>
        {found.data !== undefined && <StatusMark gateway={found.data} />}
      </PageHead>
      {found.error !== null && found.data === undefined && (
        <ProblemNotice wholePage error={found.error} list="/gateways" onRetry={() => void found.refetch()} />
      )}
      {found.data !== undefined && <Sections gateway={found.data} />}
    </>
  );
}

function Sections({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const may = useMay();
  const mayConfigure = may.at('configure', gateway.site);
  const revoked = gateway.status === 'revoked';
  return (
    <>
      {gateway.status === 'offline' && <p className={classes.away}>{t('gateways.away')}</p>}
      {revoked && (
        <p className={classes.away} data-revoked>
          <b>{t('gateways.revoked_because', { reason: gateway.revoked_because || '–' })}</b>
          <br />
          {t('gateways.revoked_next')}
        </p>
      )}
      <WarningLines gateway={gateway} advice />
      {!revoked && <JoinCard gateway={gateway} />}
      {gateway.enrolled_at !== null && (
        <Cards>
          <FactsCard gateway={gateway} />
          <CertificateCard gateway={gateway} />
        </Cards>
      )}
      <StationsCard gateway={gateway} mayWire={mayConfigure && !revoked} />
      {gateway.enrolled_at !== null && <StatesCard gateway={gateway} mayRollOut={mayConfigure && !revoked} />}
      <Cards>
        <AlarmsCard gateway={gateway} />
        {may.everywhere('audit') && <TrailCard gateway={gateway} />}
      </Cards>
      {mayConfigure && <NameCard key={gateway.name} gateway={gateway} />}
      {may.at('administer', gateway.site) && !revoked && (
        <div className={classes.apart}>
          {gateway.enrolled_at !== null && <ClaimAgainCard gateway={gateway} />}
          <RevokeCard gateway={gateway} />
        </div>
      )}
    </>
  );
}
