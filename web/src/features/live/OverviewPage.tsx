import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading } from '@/components/Loading';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { Alarms } from '@/features/live/Alarms';
import { LineTile } from '@/features/live/LineTile';
import { NoStation } from '@/features/live/NoStation';
import { linesQuery, stationsQuery } from '@/features/live/queries';
import { useLiveUpdates } from '@/features/live/useLiveUpdates';
import { wallColumns } from '@/features/live/wall';
import classes from '@/features/live/OverviewPage.module.css';
import walls from '@/features/live/Wall.module.css';

const route = getRouteApi('/signed-in/overview');

/** Every line on one screen: which one needs somebody, and how far each is from its target. */
export function OverviewPage() {
  const { t } = useTranslation();
  const { wall } = route.useSearch();
  const lines = useQuery(linesQuery);
  const stations = useQuery(stationsQuery);
  useLiveUpdates();
  const router = useRouter();
  useEffect(() => {
    // The page of a line, so that the first one opens as fast as the others.
    void router.loadRouteChunk(router.routesByPath['/lines/$place']);
  }, [router]);
  const error = lines.error ?? stations.error;
  if (error !== null && (lines.data === undefined || stations.data === undefined)) {
    return <ProblemNotice error={error} wholePage onRetry={() => void lines.refetch().then(() => stations.refetch())} />;
  }
  if (lines.data === undefined || stations.data === undefined) return <Loading />;
  if (lines.data.items.length === 0) return <NoStation />;
  return (
    <>
      {wall === undefined ? <PageHead title={t('overview.title')} /> : <h1 className="visually-hidden">{t('overview.title')}</h1>}
      {wall === undefined && <Alarms />}
      <ul className={`${classes.tiles} ${walls.tiles}`} style={wallColumns(lines.data.items.length)}>
        {lines.data.items.map((line) => (
          <li key={line.line.id}>
            <LineTile line={line} stations={stations.data.items.filter(({ station }) => line.stations.includes(station.id))} />
          </li>
        ))}
      </ul>
    </>
  );
}
