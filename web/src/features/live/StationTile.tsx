import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveStation } from '@/api/types';
import { useStreamStatus } from '@/api/stream';
import { Bullet } from '@/components/Bullet';
import { ModeBadge } from '@/components/ModeBadge';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { VERDICT_ICON, VERDICT_TONE, VERDICTS } from '@/components/verdicts';
import { useNow } from '@/lib/now';
import { standing, targetsOf } from '@/lib/targets';
import { timeOfDay } from '@/lib/time';
import { condition, freshness } from '@/features/live/condition';
import { CONDITION_ICON } from '@/features/live/conditionIcon';
import classes from '@/features/live/StationTile.module.css';

/** One station among many: its state, its mode, its figures. The whole tile leads to the station. */
export function StationTile({ station }: { station: LiveStation }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const stream = useStreamStatus();
  const now = useNow();
  const fresh = freshness(station, stream, now);
  const what = condition(station, fresh);
  const Icon = CONDITION_ICON[what.key];
  const { kpis } = station;
  const asOf = timeOfDay(face, fresh.kind === 'silent' ? fresh.since : station.as_of);
  const since = fresh.kind === 'silent' ? fresh.since : fresh.kind === 'live' ? station.machine_since : null;
  return (
    <Link to="/stations/$id" params={{ id: station.station.id }} className={classes.tile} data-freshness={fresh.kind}>
      <span className={classes.head} data-tone={what.tone}>
        <Icon className={classes.icon} />
        <span className={classes.name}>
          <b>{station.station.name}</b>
          <span>
            {t(`condition.${what.key}.title`)}
            {since !== null && ` · ${figures.duration(now - new Date(since).getTime())}`}
          </span>
        </span>
        <ModeBadge mode={station.mode} />
      </span>
      <span className={classes.body}>
        <span className={classes.oee}>
          <span className={classes.label}>
            {t('kpi.oee')} · {t('kpi.target', { target: figures.percent(targetsOf(kpis).oee) })}
          </span>
          <b data-standing={standing(kpis.oee, targetsOf(kpis).oee)}>{figures.percent(kpis.oee)}</b>
          <Bullet
            value={kpis.oee}
            target={targetsOf(kpis).oee}
            tone={standing(kpis.oee, targetsOf(kpis).oee) === 'far' ? 'warn' : 'normal'}
          />
        </span>
        <span className={classes.counts}>
          {VERDICTS.map((verdict) => {
            const Mark = VERDICT_ICON[verdict];
            return (
              <span key={verdict} data-tone={kpis.counts[verdict] > 0 ? VERDICT_TONE[verdict] : 'normal'}>
                <Mark />
                <span>{t(`verdict.${verdict}`)}</span>
                <b>{fresh.kind === 'unwired' ? '–' : figures.count(kpis.counts[verdict])}</b>
              </span>
            );
          })}
        </span>
        {fresh.kind !== 'unwired' && (
          <span className={classes.age}>{t(fresh.kind === 'live' ? 'overview.as_of' : 'overview.old', { time: asOf })}</span>
        )}
      </span>
    </Link>
  );
}
