import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Loading } from '@/components/Loading';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { Alarms } from '@/features/live/Alarms';
import { NoStation } from '@/features/live/NoStation';
import { stationsQuery } from '@/features/live/queries';
import { StationTile } from '@/features/live/StationTile';
import { useLiveUpdates } from '@/features/live/useLiveUpdates';
import { wallColumns } from '@/features/live/wall';
import classes from '@/features/live/LivePage.module.css';
import walls from '@/features/live/Wall.module.css';

const route = getRouteApi('/signed-in/live');

/** All stations; where there is one, its own page. */
export function LivePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const { data, error, refetch } = useQuery(stationsQuery);
  useLiveUpdates();

  if (error !== null && data === undefined) {
    return <ProblemNotice error={error} wholePage onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading />;
  const [only, ...others] = data.items;
  if (only === undefined) return <NoStation />;
  if (others.length === 0) return <Navigate to="/stations/$id" params={{ id: only.station.id }} search={search} replace />;
  return (
    <>
      {search.wall === undefined ? <PageHead title={t('live.title')} /> : <h1 className="visually-hidden">{t('live.title')}</h1>}
      <Alarms />
      <ul className={`${classes.tiles} ${walls.tiles}`} style={wallColumns(data.items.length)}>
        {data.items.map((station) => (
          <li key={station.station.id}>
            <StationTile station={station} />
          </li>
        ))}
      </ul>
    </>
  );
}
