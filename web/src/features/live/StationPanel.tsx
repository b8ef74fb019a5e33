import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveStation } from '@/api/types';
import { useStreamStatus } from '@/api/stream';
import { useNow } from '@/lib/now';
import { Counts } from '@/features/live/Counts';
import { freshness } from '@/features/live/condition';
import { LastBad } from '@/features/live/LastBad';
import { OeeFigures } from '@/features/live/OeeFigures';
import { RecentParts } from '@/features/live/RecentParts';
import { StationBanner } from '@/features/live/StationBanner';
import { VerdictStrip } from '@/features/live/VerdictStrip';
import classes from '@/features/live/StationPanel.module.css';

const MinuteChart = lazy(() => import('@/features/live/MinuteChart').then((module) => ({ default: module.MinuteChart })));

/** Everything about one station that matters within three seconds; details lie one click further. */
export function StationPanel({ station }: { station: LiveStation }) {
  const { t } = useTranslation();
  const stream = useStreamStatus();
  const fresh = freshness(station, stream, useNow());
  return (
    <div className={classes.panel} data-freshness={fresh.kind}>
      <StationBanner station={station} fresh={fresh} />
      <div className={classes.figures}>
        <section className={classes.card} aria-labelledby="oee-title">
          <OeeFigures kpis={station.kpis} shift={station.shift} />
        </section>
        <section className={classes.card} aria-labelledby="counts-title">
          <Counts station={station} />
        </section>
        <section className={classes.card} data-flush aria-labelledby="last-bad-title">
          <LastBad part={station.last_bad} />
        </section>
      </div>
      <section className={classes.card} aria-labelledby="strip-title">
        <VerdictStrip parts={station.recent} />
      </section>
      <div className={classes.below}>
        <section className={classes.card} data-flush aria-labelledby="recent-title">
          <RecentParts station={station} />
        </section>
        <section className={classes.card} aria-labelledby="minutes-title">
          <Suspense fallback={<p className={classes.wait}>{t('live.loading')}</p>}>
            <MinuteChart station={station.station.id} />
          </Suspense>
        </section>
      </div>
    </div>
  );
}
