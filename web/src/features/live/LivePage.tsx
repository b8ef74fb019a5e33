import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStreamEvents, useStreamStatus } from '@/api/stream';
import { PreviousIcon } from '@/components/icons';
import { EmptyPage, ProblemNotice } from '@/components/Notice';
import { LogoMark } from '@/components/Logo';
import { Alarms } from '@/features/live/Alarms';
import { applyEvent } from '@/features/live/liveStations';
import { alarmsQuery, stationsQuery } from '@/features/live/queries';
import { StationPanel } from '@/features/live/StationPanel';
import { StationTile } from '@/features/live/StationTile';
import type { StreamEvent } from '@/lib/sse';
import classes from '@/features/live/LivePage.module.css';

const route = getRouteApi('/signed-in/live');

/** Keeps what the page shows current from the stream, and asks the server again where the stream cannot tell. */
function useLiveUpdates(): void {
  const queries = useQueryClient();
  const { phase } = useStreamStatus();
  const onEvent = useCallback(
    (event: StreamEvent) => {
      if (event.event === 'alarm' || event.event === 'reset') void queries.invalidateQueries(alarmsQuery);
      const known = queries.getQueryData(stationsQuery.queryKey);
      if (known === undefined) return;
      const outcome = applyEvent(known.items, event);
      if (outcome.kind === 'changed') queries.setQueryData(stationsQuery.queryKey, { ...known, items: outcome.stations });
      if (outcome.kind === 'refetch') void queries.invalidateQueries(stationsQuery);
    },
    [queries],
  );
  useStreamEvents(onEvent);
  useEffect(() => {
    // What happened between the first answer and the open stream is in neither.
    if (phase === 'open') void queries.invalidateQueries({ queryKey: ['live'] });
  }, [phase, queries]);
}

export function LivePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const { data, error, refetch } = useQuery(stationsQuery);
  useLiveUpdates();

  if (error !== null && data === undefined) {
    return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <p className={classes.wait}>{t('live.loading')}</p>;
  if (data.items.length === 0) {
    return (
      <EmptyPage drawing={<LogoMark size={88} />} title={t('live.empty.title')}>
        <p>{t('live.empty.what')}</p>
        <p>{t('live.empty.next')}</p>
        <code>goodpart gateway --join {globalThis.location.origin} --code …</code>
      </EmptyPage>
    );
  }
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
          {data.items.length > 1 && (
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
