import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import { SILENT_AFTER_MS, useStreamEvents, useStreamStatus } from '@/api/stream';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useClockface } from '@/components/useClockface';
import { useNow } from '@/lib/now';
import type { StreamEvent } from '@/lib/sse';
import { timeOfDay } from '@/lib/time';
import { useThrottled } from '@/lib/useThrottled';
import { Bars } from '@/features/kpis/Bars';
import { Causes } from '@/features/kpis/Causes';
import { ControlChart } from '@/features/kpis/ControlChart';
import { LossesCard, OeeCard } from '@/features/kpis/OeeAndLosses';
import { LINE, lossesQuery, shiftsQuery } from '@/features/kpis/queries';
import { Rejects } from '@/features/kpis/Rejects';
import { Timeline } from '@/features/kpis/Timeline';
import { WindowPicker } from '@/features/kpis/WindowPicker';
import { shownWindow } from '@/features/kpis/window';
import classes from '@/features/kpis/LinePage.module.css';

const route = getRouteApi('/signed-in/lines/$place');
const ASKED_EVERY_MS = 5_000;

/** New figures come when the stream tells of them, at most every few seconds; a window in the past stays as it is. */
function useFollowing(running: boolean): void {
  const queries = useQueryClient();
  const atMost = useThrottled(ASKED_EVERY_MS);
  const onEvent = useCallback(
    ({ event }: StreamEvent) => {
      const readAnew = () => void queries.invalidateQueries({ queryKey: [LINE] });
      if (event === 'reset') readAnew();
      if (running && (event === 'kpis' || event === 'inspection')) atMost(readAnew);
    },
    [queries, atMost, running],
  );
  useStreamEvents(onEvent);
}

/** How a line, or any place, ran over a shift or any other time: where it lost, and whether that was chance. */
export function LinePage() {
  const { t } = useTranslation();
  const { place } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const minute = Math.floor(useNow() / 60_000) * 60_000;
  const places = useQuery(placesQuery);
  const { data: shifts, error, isPending, refetch } = useQuery(shiftsQuery(place));
  const runs = shifts?.items ?? [];
  const shown = shownWindow(search, runs, minute);
  useFollowing(minute < Date.parse(shown.to));
  // The shifts are asked for again and again: what is shown outlives one answer that does not come.
  if (error !== null && shifts === undefined) return <ProblemNotice error={error} wholePage list="/overview" onRetry={() => void refetch()} />;
  const window = { place, ...shown };
  const here = places.data?.items.find((one) => one.id === place);
  const stations = places.data?.items.filter((one) => one.kind === 'station' && one.parent === place) ?? [];
  return (
    <>
      <PageHead
        title={here?.name ?? ''}
        up={[<Link key="overview" to="/overview">{t('overview.title')}</Link>]}
        beside={
          <ul className={classes.stations} aria-label={t('live.all')}>
            {stations.map((station) => (
              <li key={station.id}>
                <Link to="/stations/$id" params={{ id: station.id }}>
                  {station.name}
                </Link>
              </li>
            ))}
          </ul>
        }
      >
        {!isPending && <Age window={window} />}
        <WindowPicker search={search} shown={shown} shifts={runs} onChoose={(next) => void navigate({ search: next })} />
      </PageHead>
      {!isPending && (
        <div className={classes.grid}>
          <Timeline window={window} />
          <div className={classes.first}>
            <OeeCard window={window} />
            <LossesCard window={window} />
          </div>
          <Bars window={window} />
          <ControlChart window={window} />
          <Causes window={window} />
          <Rejects window={window} />
        </div>
      )}
    </>
  );
}

/** When the figures are from; said out loud when nothing is heard from the server. */
function Age({ window }: { window: { place: string; from: string; to: string } }) {
  const { t } = useTranslation();
  const face = useClockface();
  const { data } = useQuery(lossesQuery(window));
  const { heardAt } = useStreamStatus();
  const silent = useNow() - heardAt > SILENT_AFTER_MS;
  if (data === undefined) return null;
  return (
    <p className={classes.age} data-silent={silent || undefined}>
      {silent && <b>{t('condition.silent.title')}. </b>}
      {t('live.as_of')} {timeOfDay(face, data.as_of)}
    </p>
  );
}
