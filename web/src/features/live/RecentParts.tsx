import { useElementSize } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { InspectionItem, LiveStation } from '@/api/types';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useOutputWords } from '@/components/useOutputWords';
import { VerdictMark } from '@/components/VerdictMark';
import { timeOfDay } from '@/lib/time';
import classes from '@/features/live/RecentParts.module.css';

/** A row with its line, as in the style sheet. */
const ROW_PX = 45;
const FEWEST = 3;
const MOST = 12;

/** The latest parts as a list, newest on top, as many as the screen has room for; each leads to its inspection. */
export function RecentParts({ station }: { station: LiveStation }) {
  const { t } = useTranslation();
  const { ref, height } = useElementSize();
  const rows = Math.min(MOST, Math.max(FEWEST, Math.floor(height / ROW_PX)));
  return (
    <div className={classes.recent}>
      <div className={classes.head}>
        <h2 id="recent-title">{t('recent.title')}</h2>
        <Link to="/inspections" search={{ place: station.station.id }}>
          {t('recent.all')}
        </Link>
      </div>
      <ol className={classes.list} ref={ref}>
        {station.recent.slice(0, rows).map((part) => (
          <li key={part.id}>
            <Row part={part} />
          </li>
        ))}
      </ol>
      {station.recent.length === 0 && <p className={classes.empty}>{t('strip.empty')}</p>}
    </div>
  );
}

function Row({ part }: { part: InspectionItem }) {
  const face = useClockface();
  const figures = useFigures();
  const output = useOutputWords();
  return (
    <Link to="/inspections/$id" params={{ id: part.id }} className={classes.row}>
      <time dateTime={part.triggered_at}>{timeOfDay(face, part.triggered_at)}</time>
      <span className={classes.sequence}>#{part.sequence}</span>
      <VerdictMark verdict={part.final_verdict} />
      <span className={classes.score}>{part.score === null ? '–' : figures.score(part.score)}</span>
      <span className={classes.output}>{output(part.output)}</span>
    </Link>
  );
}
