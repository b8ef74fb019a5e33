import { Link } from '@tanstack/react-router';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectionItem } from '@/api/types';
import { NoReadIcon } from '@/components/icons';
import { ModeBadge } from '@/components/ModeBadge';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useOutputWords } from '@/components/useOutputWords';
import { VerdictMark } from '@/components/VerdictMark';
import { useNow } from '@/lib/now';
import { scorePosition } from '@/lib/score';
import { nearTime } from '@/lib/time';
import type { InspectionSearch } from '@/features/inspections/search';
import classes from '@/features/inspections/InspectionsPage.module.css';

export interface RowWords {
  time: (at: string) => string;
  score: (value: number) => string;
  output: (output: InspectionItem['output']) => string;
}

/** Made once for all rows, and anew when the minute turns: a date replaces the time of day at midnight. */
export function useRowWords(): RowWords {
  const face = useClockface();
  const { score } = useFigures();
  const output = useOutputWords();
  const minute = Math.floor(useNow() / 60_000) * 60_000;
  return useMemo(
    () => ({ time: (at) => nearTime(face, at, minute), score, output }),
    [face, score, output, minute],
  );
}

interface Props {
  part: InspectionItem;
  index: number;
  search: InspectionSearch;
  words: RowWords;
  /** The one row that Tab comes to; arrows lead to the others. */
  isStop: boolean;
  onOpen: (index: number) => void;
}

export const InspectionRow = memo(function InspectionRow({ part, index, search, words, isStop, onOpen }: Props) {
  const { t } = useTranslation();
  const frame = part.images.find((image) => image.role === 'frame');
  const heat = part.images.find((image) => image.role === 'heat');
  return (
    <div className={classes.row} role="row" aria-rowindex={index + 2} data-row={index}>
      <span role="cell" className={classes.thumb} data-none={frame?.available !== true || undefined}>
        {frame?.available === true ? <img src={frame.url} alt="" decoding="async" /> : <NoReadIcon />}
        {heat?.available === true && <img src={heat.url} alt="" decoding="async" />}
      </span>
      <span role="cell" className={classes.verdict}>
        <VerdictMark verdict={part.final_verdict} />
        {part.reviewed && <small>{t('inspections.reviewed')}</small>}
        {part.cause !== null && <small>{t(`cause.${part.cause}`)}</small>}
      </span>
      <span role="cell" className={classes.partCell}>
        {/* The link covers the row, so that the whole of it can be hit. */}
        <Link
          to="/inspections/$id"
          params={{ id: part.id }}
          state={{ list: search }}
          preload={false}
          tabIndex={isStop ? 0 : -1}
          className={classes.link}
          onClick={() => onOpen(index)}
        >
          #{part.sequence}
        </Link>
        <small>{[part.part_number, part.serial].filter((word) => word !== '').join(' · ')}</small>
      </span>
      <span role="cell" className={classes.station}>
        <span>{part.station_name}</span>
        {part.mode !== 'production' && <ModeBadge mode={part.mode} />}
      </span>
      <span role="cell" className={classes.time}>
        <time dateTime={part.triggered_at}>{words.time(part.triggered_at)}</time>
      </span>
      <span role="cell" className={classes.score}>
        {part.score === null ? '–' : <Score part={part} score={part.score} words={words} />}
      </span>
      <span role="cell" className={classes.output}>
        {words.output(part.output)}
      </span>
    </div>
  );
});

/** The figure, and where it stands between its thresholds. */
function Score({ part, score, words }: { part: InspectionItem; score: number; words: RowWords }) {
  const { good_below: goodBelow, bad_above: badAbove } = part;
  return (
    <>
      {words.score(score)}
      {goodBelow !== null && badAbove !== null && (
        <span className={classes.mini} data-verdict={part.verdict} aria-hidden="true">
          <span style={{ width: `${scorePosition(score, { goodBelow, badAbove }) * 100}%` }} />
        </span>
      )}
    </>
  );
}
