import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PreviousIcon } from '@/components/icons';
import { ProblemNotice } from '@/components/Notice';
import { Alarms } from '@/features/live/Alarms';
import { NoStation } from '@/features/live/NoStation';
import { stationsQuery } from '@/features/live/queries';
import { StationPanel } from '@/features/live/StationPanel';
import { StationTile } from '@/features/live/StationTile';
import { useLiveUpdates } from '@/features/live/useLiveUpdates';
import classes from '@/features/live/LivePage.module.css';

const route = getRouteApi('/signed-in/live');

export function LivePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const { data, error, refetch } = useQuery(stationsQuery);
  useLiveUpdates();

  if (error !== null && data === undefined) {
    return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <p className={classes.wait}>{t('live.loading')}</p>;
  if (data.items.length === 0) return <NoStation />;
  const chosen = data.items.length === 1 ? data.items[0] : data.items.find(({ station }) => station.id === search.station);
  return (
    <div className={classes.page}>
      <Alarms />
      {chosen === undefined ? (
        <>
          <h1 className={classes.title}>{t('live.title')}</h1>
          <ul className={classes.tiles}>
            {data.items.map((station) => (
              <li key={station.station.id}>
                <StationTile station={station} />
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          {data.items.length > 1 && search.wall === undefined && (
            <Link to="/live" className={classes.back}>
              <PreviousIcon /> {t('live.all')}
            </Link>
          )}
          <StationPanel station={chosen} />
        </>
      )}
    </div>
  );
}
