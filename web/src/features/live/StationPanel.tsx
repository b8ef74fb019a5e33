import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveStation } from '@/api/types';
import { useStreamStatus } from '@/api/stream';
import { useNow } from '@/lib/now';
import { Counts } from '@/features/live/Counts';
import { freshness } from '@/features/live/condition';
import { LastBads } from '@/features/live/LastBads';
import { ModeBanner } from '@/features/live/ModeBanner';
import { OeeFigures } from '@/features/live/OeeFigures';
import { StationBanner } from '@/features/live/StationBanner';
import { StationHero } from '@/features/live/StationHero';
import { VerdictStrip } from '@/features/live/VerdictStrip';
import classes from '@/features/live/StationPanel.module.css';

const MinuteChart = lazy(() => import('@/features/live/MinuteChart').then((module) => ({ default: module.MinuteChart })));

/** What the operator needs within three seconds first; figures of the shift below. */
export function StationPanel({ station }: { station: LiveStation }) {
  const { t } = useTranslation();
  const stream = useStreamStatus();
  const fresh = freshness(station, stream, useNow());
  return (
    <div className={classes.panel} data-freshness={fresh.kind}>
      <StationBanner station={station} fresh={fresh} />
      <ModeBanner mode={station.mode} />
      <StationHero station={station} fresh={fresh} />
      <section className={classes.card} aria-labelledby="strip-title">
        <VerdictStrip parts={station.recent} />
      </section>
      <div className={classes.shift}>
        <section className={classes.card} aria-labelledby="counts-title">
          <Counts station={station} />
        </section>
        <section className={classes.card} aria-labelledby="bads-title">
          <LastBads station={station} />
        </section>
      </div>
      <div className={classes.below}>
        <section className={classes.card} aria-labelledby="oee-title">
          <OeeFigures kpis={station.kpis} shift={station.shift} />
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
