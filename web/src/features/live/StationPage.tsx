import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Loading } from '@/components/Loading';
import { LogoMark } from '@/components/Logo';
import { EmptyPage, ProblemNotice } from '@/components/Notice';
import { Alarms } from '@/features/live/Alarms';
import { stationsQuery } from '@/features/live/queries';
import { StationPanel } from '@/features/live/StationPanel';
import { useLiveUpdates } from '@/features/live/useLiveUpdates';

const route = getRouteApi('/signed-in/stations/$id');

/** One station, for the operator beside it. */
export function StationPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { wall } = route.useSearch();
  const { data, error, refetch } = useQuery(stationsQuery);
  useLiveUpdates();

  if (error !== null && data === undefined) {
    return <ProblemNotice error={error} wholePage onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading />;
  const station = data.items.find((one) => one.station.id === id);
  if (station === undefined) {
    return (
      <EmptyPage drawing={<LogoMark size={72} />} title={t('missing.title')}>
        <p>{t('missing.what')}</p>
        <Link to="/live">{t('live.all')}</Link>
      </EmptyPage>
    );
  }
  return (
    <>
      <Alarms station={station} />
      <StationPanel key={id} station={station} among={wall === undefined && data.items.length > 1} />
    </>
  );
}
