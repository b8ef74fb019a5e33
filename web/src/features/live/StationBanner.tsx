import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveStation } from '@/api/types';
import { useStreamStatus } from '@/api/stream';
import { ModeBadge } from '@/components/ModeBadge';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useNow } from '@/lib/now';
import { nearTime, timeOfDay } from '@/lib/time';
import { condition, type Freshness } from '@/features/live/condition';
import { CONDITION_ICON } from '@/features/live/conditionIcon';
import classes from '@/features/live/StationBanner.module.css';

interface Props {
  station: LiveStation;
  fresh: Freshness;
  /** There are other stations to go to. */
  among: boolean;
}

/** What, since when, and what to do about it. */
export function StationBanner({ station, fresh, among }: Props) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const now = useNow();
  const what = condition(station, fresh);
  const Icon = CONDITION_ICON[what.key];
  const since = fresh.kind === 'silent' ? fresh.since : fresh.kind === 'live' ? station.machine_since : null;
  return (
    <header className={classes.banner} data-tone={what.tone}>
      <div className={classes.state}>
        <span className={classes.icon}>
          <Icon />
        </span>
        <div>
          <div className={classes.place}>
            {among && (
              <span>
                <Link to="/live">{t('live.all')}</Link> ›{' '}
              </span>
            )}
            {station.line !== null && (
              <span>
                <Link to="/lines/$place" params={{ place: station.line.id }}>
                  {station.line.name}
                </Link>{' '}
                ›{' '}
              </span>
            )}
            <h1>{station.station.name}</h1>
          </div>
          <p className={classes.what}>
            <strong>{t(`condition.${what.key}.title`)}</strong>
            {what.key !== 'running' && station.machine_reason !== '' && fresh.kind === 'live' && (
              <span>{station.machine_reason.replaceAll('_', ' ')}</span>
            )}
            {since !== null && (
              <span className={classes.since}>
                {t('condition.since', {
                  time: nearTime(face, new Date(since).toISOString(), now),
                  duration: figures.duration(now - new Date(since).getTime()),
                })}
              </span>
            )}
          </p>
          {what.abnormal && (
            <p className={classes.advice}>{t(`condition.${what.key}.advice`, { gateway: station.gateway?.name ?? '' })}</p>
          )}
        </div>
      </div>
      <dl className={classes.facts}>
        <div>
          <dt>{t('live.part_number')}</dt>
          <dd>{station.part_number ?? '–'}</dd>
        </div>
        <div>
          <dt>{t('live.mode')}</dt>
          <dd>
            <ModeBadge mode={station.mode} />
          </dd>
        </div>
        <div>
          <dt>{fresh.kind === 'live' ? t('live.updated') : t('live.as_of')}</dt>
          <dd>
            <DataAge asOf={station.as_of} fresh={fresh} />
          </dd>
        </div>
      </dl>
    </header>
  );
}

/** While the line to the gateway stands, the age of the last sign of life; else the moment the figures are from. */
function DataAge({ asOf, fresh }: { asOf: string; fresh: Freshness }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const now = useNow();
  const { heardAt } = useStreamStatus();
  if (fresh.kind === 'live') {
    return (
      <span className={classes.age}>
        <span className={classes.pulse} />
        {t('live.ago', { duration: figures.duration(now - heardAt) })}
      </span>
    );
  }
  return <span className={classes.age}>{timeOfDay(face, fresh.kind === 'silent' ? fresh.since : asOf)}</span>;
}
