import { useElementSize, useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { InspectionItem } from '@/api/types';
import { Panel } from '@/components/Panel';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { VERDICT_ICON, VERDICT_TONE } from '@/components/verdicts';
import { useNow } from '@/lib/now';
import { BAD_START, GOOD_END, scorePosition } from '@/lib/score';
import { timeOfDay } from '@/lib/time';
import { RECENT_LIMIT } from '@/features/live/liveStations';
import classes from '@/features/live/VerdictStrip.module.css';

/** Narrowest cell that a pointer hits, and a finger in a glove: 20 mm. As in the style sheet. */
const CELL_PX = 44;
const GLOVED_PX = 76;

/** A height in the plot, which stands on the row of icons. */
function onPlot(share: number) {
  return { bottom: `calc(var(--icons) + ${share} * var(--plot))` };
}

/** The latest parts in the order they came, newest on the right, each with its score between the two thresholds. */
export function VerdictStrip({ parts }: { parts: readonly InspectionItem[] }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const now = useNow();
  const { ref, width } = useElementSize();
  const gloved = useMediaQuery('(pointer: coarse)');
  const fitting = width === 0 ? RECENT_LIMIT : Math.max(1, Math.floor(width / (gloved ? GLOVED_PX : CELL_PX)));
  const shown = parts.slice(0, Math.min(RECENT_LIMIT, fitting)).reverse();
  return (
    <Panel
      id="strip-title"
      title={t('strip.title', { count: shown.length })}
      aside={
        <p>
          {parts[0] !== undefined && (
            <>{t('strip.age', { duration: figures.duration(now - Date.parse(parts[0].triggered_at)) })} · </>
          )}
          {t('strip.how')}
        </p>
      }
    >
      <div className={classes.chart} ref={ref}>
        <span className={classes.limit} style={onPlot(BAD_START)} />
        <span className={classes.limit} style={onPlot(GOOD_END)} />
        <ol className={classes.cells} data-testid="verdict-strip">
          {shown.map((part) => (
            <li key={part.id}>
              <Cell part={part} />
            </li>
          ))}
        </ol>
        {shown.length === 0 && <p className={classes.empty}>{t('strip.empty')}</p>}
      </div>
    </Panel>
  );
}

function Cell({ part }: { part: InspectionItem }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const verdict = part.final_verdict;
  const Icon = VERDICT_ICON[verdict];
  const known = part.score !== null && part.good_below !== null && part.bad_above !== null;
  const height = known
    ? scorePosition(part.score ?? 0, { goodBelow: part.good_below ?? 0, badAbove: part.bad_above ?? 0 })
    : null;
  return (
    <Link
      to="/inspections/$id"
      params={{ id: part.id }}
      className={classes.cell}
      data-tone={VERDICT_TONE[verdict]}
      aria-label={t(part.score === null ? 'strip.part' : 'strip.scored_part', {
        sequence: part.sequence,
        verdict: t(`verdict.${verdict}`),
        time: timeOfDay(face, part.triggered_at),
        score: part.score === null ? '' : figures.score(part.score),
      })}
    >
      <span className={classes.plot}>
        {height === null ? (
          <span className={classes.unscored} />
        ) : (
          <span className={classes.stem} style={{ height: `${Math.max(0.02, height) * 100}%` }} />
        )}
      </span>
      <Icon className={classes.icon} />
    </Link>
  );
}
