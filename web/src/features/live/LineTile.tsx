import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveLine, LiveStation } from '@/api/types';
import { useStreamStatus } from '@/api/stream';
import { Bullet } from '@/components/Bullet';
import { ModeBadge } from '@/components/ModeBadge';
import { PartImage } from '@/components/PartImage';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useWordsOf } from '@/components/useWordsOf';
import { VERDICT_ICON, VERDICT_TONE, VERDICTS } from '@/components/verdicts';
import { useNow } from '@/lib/now';
import { standing, targetsOf } from '@/lib/targets';
import { minuteOfDay, nearTime, timeOfDay } from '@/lib/time';
import { byUrgency, type StationCondition } from '@/features/live/condition';
import { CONDITION_ICON } from '@/features/live/conditionIcon';
import classes from '@/features/live/LineTile.module.css';

const FACTORS = ['availability', 'effectiveness', 'quality'] as const;

/** One line: what it does, how far it is from its target, what came out, and the last part that was bad. */
export function LineTile({ line, stations }: { line: LiveLine; stations: readonly LiveStation[] }) {
  const ordered = byUrgency(stations, useStreamStatus(), useNow());
  const worst = ordered[0];
  if (worst === undefined) return null;
  return (
    <article className={classes.tile} data-freshness={worst.fresh.kind} aria-label={line.line.name}>
      <Head line={line} ordered={ordered} worst={worst} />
      <div className={classes.body}>
        <Figures line={line} />
        <Counts line={line} heard={worst.fresh.kind !== 'unwired' || line.kpis.counts.produced > 0} />
        <LastBad stations={stations} />
      </div>
    </article>
  );
}

/** The station that needs somebody most speaks for the line; modes other than production are said for each. */
function Head({ line, ordered, worst }: { line: LiveLine; ordered: StationCondition[]; worst: StationCondition }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const words = useWordsOf();
  const now = useNow();
  const Icon = CONDITION_ICON[worst.what.key];
  const { station, fresh } = worst;
  const since = fresh.kind === 'silent' ? fresh.since : fresh.kind === 'live' ? station.machine_since : null;
  const asOf = timeOfDay(face, fresh.kind === 'live' ? line.kpis.as_of : fresh.kind === 'silent' ? fresh.since : station.as_of);
  const modes = ordered.filter((one) => one.station.mode !== 'production');
  return (
    <header className={classes.head} data-tone={worst.what.tone}>
      <Icon className={classes.icon} />
      <div className={classes.name}>
        <h2>
          <Link to="/lines/$place" params={{ place: line.line.id }}>
            {line.line.name}
          </Link>
        </h2>
        <p>
          <strong>{t(`condition.${worst.what.key}.title`)}</strong>
          {ordered.length > 1 && worst.what.abnormal && ` · ${station.station.name}`}
          {since !== null && <> · <span className={classes.since}>{figures.duration(now - new Date(since).getTime())}</span></>}
        </p>
      </div>
      <div className={classes.modes}>
        {modes.length === 0 && <ModeBadge mode="production" />}
        {modes.map((one) => (
          <span key={one.station.station.id}>
            {ordered.length > 1 && <small>{one.station.station.name}</small>}
            <ModeBadge mode={one.station.mode} />
          </span>
        ))}
      </div>
      <p className={classes.age}>
        {line.shift.name === '' ? t('kpi.window') : words.shift(line.shift.name)} {minuteOfDay(face, line.shift.from)}–
        {minuteOfDay(face, line.shift.to)}
        {fresh.kind !== 'unwired' && ` · ${t(fresh.kind === 'live' ? 'overview.as_of' : 'overview.old', { time: asOf })}`}
      </p>
    </header>
  );
}

function Figures({ line }: { line: LiveLine }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { kpis } = line;
  const targets = targetsOf(kpis);
  const how = standing(kpis.oee, targets.oee);
  return (
    <div className={classes.figures}>
      <div className={classes.oee}>
        <span>
          {t('kpi.oee')} <small>{t('kpi.target', { target: figures.percent(targets.oee) })}</small>
        </span>
        <b data-standing={how}>{figures.percent(kpis.oee)}</b>
        <Bullet value={kpis.oee} target={targets.oee} tone={how === 'far' ? 'warn' : 'normal'} thick />
      </div>
      <dl className={classes.factors}>
        {FACTORS.map((name) => (
          <div key={name}>
            <dt>{t(`kpi.${name}`)}</dt>
            <dd>
              <b data-standing={standing(kpis[name], targets[name])}>{figures.percent(kpis[name])}</b>
              <Bullet value={kpis[name]} target={targets[name]} tone={standing(kpis[name], targets[name]) === 'far' ? 'warn' : 'normal'} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Each count leads to its parts of the shift. Where nobody looks at the parts there is no count: not zero. */
function Counts({ line, heard }: { line: LiveLine; heard: boolean }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { counts, from } = line.kpis;
  return (
    <ul className={classes.counts}>
      {VERDICTS.map((verdict) => {
        const Icon = VERDICT_ICON[verdict];
        return (
          <li key={verdict} data-tone={counts[verdict] > 0 ? VERDICT_TONE[verdict] : 'normal'}>
            <Link to="/inspections" search={{ place: line.line.id, verdict, mode: 'production', from }}>
              <Icon />
              <span>{t(`verdict.${verdict}`)}</span>
              <b>{heard ? figures.count(counts[verdict]) : '–'}</b>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function LastBad({ stations }: { stations: readonly LiveStation[] }) {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const bad = stations
    .map((station) => station.last_bad)
    .filter((part) => part !== null)
    .sort((a, b) => Date.parse(b.triggered_at) - Date.parse(a.triggered_at))[0];
  if (bad === undefined) return <p className={classes.none}>{t('last_bad.none')}</p>;
  return (
    <Link to="/inspections/$id" params={{ id: bad.id }} className={classes.bad}>
      <span className={classes.picture}>
        <PartImage verdict={bad.verdict} images={bad.images} alt={t('image.alt', { sequence: bad.sequence })} heat={0.7} />
      </span>
      <span className={classes.caption}>
        {t('last_bad.title')} <b>#{bad.sequence}</b> <time dateTime={bad.triggered_at}>{nearTime(face, bad.triggered_at, now)}</time>
      </span>
    </Link>
  );
}
