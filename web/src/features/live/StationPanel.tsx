import { lazy, Suspense } from 'react';
import type { LiveStation } from '@/api/types';
import { useStreamStatus } from '@/api/stream';
import { Loading } from '@/components/Loading';
import { useNow } from '@/lib/now';
import { Counts } from '@/features/live/Counts';
import { Evidence } from '@/features/live/Evidence';
import { freshness } from '@/features/live/condition';
import { LastBads } from '@/features/live/LastBads';
import { ModeBanner } from '@/features/live/ModeBanner';
import { OeeFigures } from '@/features/live/OeeFigures';
import { StationBanner } from '@/features/live/StationBanner';
import { StationHero } from '@/features/live/StationHero';
import { VerdictStrip } from '@/features/live/VerdictStrip';
import classes from '@/features/live/StationPanel.module.css';

const MinuteChart = lazy(() => import('@/features/live/MinuteChart').then((module) => ({ default: module.MinuteChart })));

interface Props {
  station: LiveStation;
  /** There are other stations to go to. */
  among: boolean;
}

/** What the operator needs within three seconds first; figures of the shift below. */
export function StationPanel({ station, among }: Props) {
  const stream = useStreamStatus();
  const fresh = freshness(station, stream, useNow());
  return (
    <div className={classes.panel} data-freshness={fresh.kind}>
      <StationBanner station={station} fresh={fresh} among={among} />
      <ModeBanner mode={station.mode} />
      <StationHero station={station} fresh={fresh} />
      <VerdictStrip parts={station.recent} />
      {station.mode === 'observe' && <Evidence station={station} />}
      <div className={classes.shift}>
        <Counts station={station} fresh={fresh} />
        <LastBads station={station} />
      </div>
      <div className={classes.below}>
        <OeeFigures kpis={station.kpis} shift={station.shift} />
        <Suspense fallback={<Loading />}>
          <MinuteChart station={station.station.id} />
        </Suspense>
      </div>
    </div>
  );
}
