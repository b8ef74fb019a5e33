import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { InspectionItem } from '@/api/types';
import { UnknownIcon } from '@/components/icons';
import { PartImage } from '@/components/PartImage';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { VerdictMark } from '@/components/VerdictMark';
import { useNow } from '@/lib/now';
import { nearTime } from '@/lib/time';
import classes from '@/features/live/LastBad.module.css';

/** The latest rejected part, with where the model looked. */
export function LastBad({ part }: { part: InspectionItem | null }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const now = useNow();
  if (part === null) {
    return (
      <div className={classes.none}>
        <UnknownIcon />
        <h2 id="last-bad-title">{t('last_bad.none')}</h2>
        <p>{t('last_bad.none_what')}</p>
      </div>
    );
  }
  return (
    <Link to="/inspections/$id" params={{ id: part.id }} className={classes.part}>
      <div className={classes.picture}>
        <PartImage verdict={part.verdict} images={part.images} alt={t('image.alt', { sequence: part.sequence })} heat={0.7} />
      </div>
      <div className={classes.caption}>
        <h2 id="last-bad-title">{t('last_bad.title')}</h2>
        <VerdictMark verdict={part.final_verdict} />
        <span className={classes.sequence}>#{part.sequence}</span>
        <time dateTime={part.triggered_at}>{nearTime(face, part.triggered_at, now)}</time>
        {part.score !== null && part.bad_above !== null && (
          <span className={classes.score}>
            {t('score.against', { score: figures.score(part.score), limit: figures.score(part.bad_above) })}
          </span>
        )}
      </div>
    </Link>
  );
}
