import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import type { Gateway } from '@/api/types';
import { Card } from '@/components/Card';
import { Fact, FactList } from '@/components/FactList';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { backlog } from '@/features/gateways/health';
import { useNow } from '@/lib/now';
import { dateAndTime } from '@/lib/time';

/** What a gateway is and says of itself, with the age of its last word. */
export function FactsCard({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const now = useNow();
  const places = useQuery(placesQuery);
  const site = places.data?.items.find(({ id }) => id === gateway.site)?.name ?? '';
  const old = gateway.status !== 'online';
  return (
    <Card title={t('gateways.facts.title')}>
      <FactList>
        <Fact name={t('gateways.site')}>{site}</Fact>
        <Fact name={t('gateways.facts.computer')}>{gateway.hardware}</Fact>
        <Fact name={t('gateways.facts.address')}>{gateway.address}</Fact>
        <Fact name={t('gateways.facts.software')}>{gateway.software}</Fact>
        <Fact name={t('gateways.facts.joined')}>
          {gateway.enrolled_at !== null && dateAndTime(face, gateway.enrolled_at)}
        </Fact>
        <Fact name={t('gateways.facts.heard')} old={old}>
          {gateway.last_seen_at !== null &&
            t('live.ago', { duration: figures.duration(now - Date.parse(gateway.last_seen_at)) })}
        </Fact>
        <Figures gateway={gateway} old={old} />
      </FactList>
    </Card>
  );
}

/** What stands in its report; of one that is away, what it said last. */
function Figures({ gateway, old }: { gateway: Gateway; old: boolean }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { reported } = gateway;
  if (reported === null) return <Fact name={t('gateways.facts.report')}>{t('gateways.facts.no_report')}</Fact>;
  const { events, images } = backlog(gateway);
  const free = figures.megabytes(reported.disk_free_mb);
  const disk =
    reported.disk_total_mb === 0
      ? t('gateways.facts.free', { free })
      : t('gateways.facts.free_of', { free, total: figures.megabytes(reported.disk_total_mb) });
  return (
    <>
      <Fact name={t('gateways.facts.disk')} old={old}>
        {disk}
      </Fact>
      <Fact name={t('gateways.facts.clock')} old={old}>
        {t(`gateways.clock.${clockOf(reported.clock)}`)}
      </Fact>
      <Fact name={t('gateways.facts.backlog')} old={old}>
        {events === null ? t('gateways.not_told') : t('gateways.events', { count: events, shown: figures.count(events) })}
        {images > 0 && ` · ${t('gateways.images', { count: images, shown: figures.count(images) })}`}
      </Fact>
    </>
  );
}

function clockOf(word: string): 'synchronised' | 'unsynchronised' | 'implausible' {
  return word === 'synchronised' || word === 'implausible' ? word : 'unsynchronised';
}
