import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { InspectionItem, LiveStation } from '@/api/types';
import { Panel } from '@/components/Panel';
import { PartImage } from '@/components/PartImage';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { VerdictMark } from '@/components/VerdictMark';
import { useNow } from '@/lib/now';
import { nearTime } from '@/lib/time';
import { newestFirst } from '@/features/live/liveStations';
import { lastBadsQuery, LAST_BADS } from '@/features/live/queries';
import classes from '@/features/live/LastBads.module.css';

/** The latest bad parts, newest first, with where the model looked; each leads to its inspection. */
export function LastBads({ station }: { station: LiveStation }) {
  const { t } = useTranslation();
  const newest = station.last_bad;
  const { data } = useQuery({
    ...lastBadsQuery(station.station.id, newest?.id ?? null),
    enabled: newest !== null,
    placeholderData: keepPreviousData,
  });
  const earlier = data?.items.filter((part) => part.id !== newest?.id) ?? [];
  const shown = (newest === null ? [] : [newest, ...earlier]).sort(newestFirst).slice(0, LAST_BADS);
  return (
    <Panel
      id="bads-title"
      title={t('station.bads.title', { count: shown.length })}
      aside={
        <Link to="/inspections" search={{ place: station.station.id, verdict: 'bad' }} className={classes.all}>
          {t('station.bads.all')}
        </Link>
      }
    >
      {shown.length === 0 ? (
        <p className={classes.none}>{t('last_bad.none_what')}</p>
      ) : (
        <ul className={classes.list}>
          {shown.map((part) => (
            <li key={part.id}>
              <Bad part={part} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Bad({ part }: { part: InspectionItem }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const now = useNow();
  return (
    <Link to="/inspections/$id" params={{ id: part.id }} className={classes.part}>
      <div className={classes.picture}>
        <PartImage verdict={part.verdict} images={part.images} alt={t('image.alt', { sequence: part.sequence })} heat={0.7} />
      </div>
      <div className={classes.caption}>
        <VerdictMark verdict={part.final_verdict} />
        <b>#{part.sequence}</b>
        <time dateTime={part.triggered_at}>{nearTime(face, part.triggered_at, now)}</time>
        {part.score !== null && part.bad_above !== null && (
          <span>{t('score.against', { score: figures.score(part.score), limit: figures.score(part.bad_above) })}</span>
        )}
      </div>
    </Link>
  );
}
