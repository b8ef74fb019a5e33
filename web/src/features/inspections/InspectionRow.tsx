import { Link } from '@tanstack/react-router';
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
import classes from '@/features/inspections/InspectionsPage.module.css';

export function InspectionRow({ part }: { part: InspectionItem }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const output = useOutputWords();
  const now = useNow();
  const frame = part.images.find((image) => image.role === 'frame');
  const heat = part.images.find((image) => image.role === 'heat');
  return (
    <div className={classes.row} role="row">
      <span role="cell" className={classes.thumb}>
        {frame?.available === true ? <img src={frame.url} alt="" loading="lazy" /> : <NoReadIcon />}
        {heat?.available === true && <img src={heat.url} alt="" loading="lazy" />}
      </span>
      <span role="cell" className={classes.verdict}>
        <VerdictMark verdict={part.final_verdict} />
        {part.reviewed && <small>{t('inspections.reviewed')}</small>}
        {part.cause !== null && <small>{t(`cause.${part.cause}`)}</small>}
      </span>
      <span role="cell" className={classes.partCell}>
        {/* The link covers the row, so that the whole of it can be hit. */}
        <Link to="/inspections/$id" params={{ id: part.id }} className={classes.link}>
          #{part.sequence}
        </Link>
        <small>{[part.part_number, part.serial].filter((word) => word !== '').join(' · ')}</small>
      </span>
      <span role="cell" className={classes.station}>
        {part.station_name}
        {part.mode !== 'production' && <ModeBadge mode={part.mode} />}
      </span>
      <span role="cell">
        <time dateTime={part.triggered_at}>{nearTime(face, part.triggered_at, now)}</time>
      </span>
      <span role="cell" className={classes.score}>
        {part.score === null ? (
          '–'
        ) : (
          <>
            {figures.score(part.score)}
            {part.good_below !== null && part.bad_above !== null && (
              <span className={classes.mini} data-verdict={part.verdict} aria-hidden="true">
                <span
                  style={{
                    width: `${scorePosition(part.score, { goodBelow: part.good_below, badAbove: part.bad_above }) * 100}%`,
                  }}
                />
              </span>
            )}
          </>
        )}
      </span>
      <span role="cell" className={classes.output}>
        {output(part.output)}
      </span>
    </div>
  );
}
