import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MachineState, StationStates } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import fill from '@/components/stateFill.module.css';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { dateAndTime, minuteOfDay } from '@/lib/time';
import { roundTimes } from '@/lib/timeScale';
import { AsTable } from '@/features/kpis/AsTable';
import { statesQuery } from '@/features/kpis/queries';
import type { LineWindow } from '@/features/kpis/window';
import classes from '@/features/kpis/Timeline.module.css';

const STATES: readonly MachineState[] = ['running', 'blocked', 'starved', 'fault', 'planned_stop', 'unknown'];
const LONGEST_SHOWN = 25;
/** Shorter than this of the window, a span is not drawn by itself: nobody could see it. */
const SEEN = 1 / 4000;

function lengthOf(span: StationStates['spans'][number]): number {
  return Date.parse(span.to) - Date.parse(span.from);
}

/** What each machine was doing, moment by moment. Time to come is empty; time that nobody logged is not. */
export function Timeline({ window }: { window: LineWindow }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const { data, error } = useQuery(statesQuery(window));
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const stations = data?.items ?? [];
  const share = (at: number) => `${((at - from) / (to - from)) * 100}%`;
  const present = STATES.filter((state) => stations.some(({ spans }) => spans.some((span) => span.state === state)));
  const stops = stations
    .flatMap(({ station, spans }) => spans.filter((span) => span.state !== 'running').map((span) => ({ station, span })))
    .sort((a, b) => lengthOf(b.span) - lengthOf(a.span));
  const legend = (
    <ul className={classes.legend}>
      {present.map((state) => (
        <li key={state}>
          <span className={`${classes.key} ${fill.fill}`} data-state={state} aria-hidden="true" /> {t(`state.${state}`)}
        </li>
      ))}
    </ul>
  );
  return (
    <Panel id="timeline-title" title={t('line.timeline.title')} aside={legend} wide>
      {error !== null && <ProblemNotice error={error} />}
      <div className={classes.stations}>
        {stations.map(({ station, spans }) => (
          <div key={station.id} className={classes.station}>
            <span>{station.name}</span>
            <div className={classes.bar} role="img" aria-label={inStates(spans).map(([state, ms]) => `${t(`state.${state}`)} ${figures.duration(ms)}`).join(', ') || t('line.timeline.silent')}>
              {spans
                .filter((span) => lengthOf(span) / (to - from) > SEEN)
                .map((span) => (
                  <span
                    key={span.from}
                    className={fill.fill}
                    data-state={span.state}
                    title={`${t(`state.${span.state}`)} ${minuteOfDay(face, span.from)}–${minuteOfDay(face, span.to)} · ${figures.duration(lengthOf(span))}`}
                    style={{ left: share(Date.parse(span.from)), width: `${(lengthOf(span) / (to - from)) * 100}%` }}
                  />
                ))}
            </div>
          </div>
        ))}
        <div className={classes.station} aria-hidden="true">
          <span />
          <div className={classes.axis}>
            {roundTimes(face, from, to, 10).map((at) => (
              <span key={at} style={{ left: share(at) }}>
                {minuteOfDay(face, at)}
              </span>
            ))}
          </div>
        </div>
      </div>
      <AsTable
        of="timeline-title"
        columns={[t('inspections.column.station'), t('line.timeline.state'), t('inspections.from'), t('line.timeline.length'), t('line.timeline.reason')]}
        rows={stops.slice(0, LONGEST_SHOWN).map(({ station, span }) => [
          station.name,
          t(`state.${span.state}`),
          dateAndTime(face, span.from),
          figures.duration(lengthOf(span)),
          span.reason.replaceAll('_', ' '),
        ])}
      />
    </Panel>
  );
}

/** The states that there were, and how long each lasted in all. */
function inStates(spans: StationStates['spans']): [StationStates['spans'][number]['state'], number][] {
  return STATES.map((state): [typeof state, number] => [
    state,
    spans.filter((span) => span.state === state).reduce((sum, span) => sum + lengthOf(span), 0),
  ]).filter(([, ms]) => ms > 0);
}
