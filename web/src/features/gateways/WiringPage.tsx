import { skipToken, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Card } from '@/components/Card';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { gatewayQuery, wiringQuery, wiringsQuery } from '@/features/gateways/queries';
import { WiringForm } from '@/features/gateways/WiringForm';

const route = getRouteApi('/signed-in/gateways/$id/wire');

/** What a station sees with, what starts it, what it reads and what it drives. */
export function WiringPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { station } = route.useSearch();
  const gateway = useQuery(gatewayQuery(id));
  const wirings = useQuery(wiringsQuery(id));
  const edited = wiringQuery(id, station ?? '');
  const known = useQuery(station === undefined ? { ...edited, queryFn: skipToken } : edited);
  const missing = [gateway, wirings, known].find(({ error, data }) => error !== null && data === undefined);
  const retry = () => void Promise.all([gateway.refetch(), wirings.refetch(), known.refetch()]);
  if (missing?.error != null) return <ProblemNotice error={missing.error} wholePage list="/gateways" onRetry={retry} />;
  return (
    <>
      <PageHead
        title={t(station === undefined ? 'gateways.stations.wire' : 'gateways.stations.change')}
        up={[
          <Link key="gateways" to="/gateways">
            {t('gateways.title')}
          </Link>,
          <Link key="gateway" to="/gateways/$id" params={{ id }}>
            {gateway.data?.name ?? ''}
          </Link>,
        ]}
      />
      {gateway.data !== undefined && wirings.data !== undefined && (station === undefined || known.data !== undefined) && (
        <Card title={t('gateways.wiring.title')} what={t('gateways.wiring.what')}>
          <WiringForm
            key={known.dataUpdatedAt}
            gateway={gateway.data}
            known={known.data}
            onReload={() => void known.refetch()}
            // A new station is mostly wired to the same PLC as the one before it.
            like={known.data ?? wirings.data.items.at(-1)}
          />
        </Card>
      )}
    </>
  );
}
