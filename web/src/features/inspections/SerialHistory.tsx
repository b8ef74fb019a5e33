import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Inspection } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { useClockface } from '@/components/useClockface';
import { VerdictMark } from '@/components/VerdictMark';
import { useNow } from '@/lib/now';
import { nearTime } from '@/lib/time';
import { HISTORY_LIMIT, serialQuery } from '@/features/inspections/queries';
import classes from '@/features/inspections/SerialHistory.module.css';

/** Every look at this one part, at whatever station: newest first, this one marked. */
export function SerialHistory({ part }: { part: Inspection }) {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const { data, error } = useQuery(serialQuery(part.serial));
  return (
    <Panel id="history-title" title={t('history.title')}>
      {part.serial === '' && <p className={classes.none}>{t('history.no_serial')}</p>}
      {error !== null && <ProblemNotice error={error} />}
      {data?.items.length === 1 && <p className={classes.none}>{t('history.once')}</p>}
      {data !== undefined && data.items.length > 1 && (
        <ol className={classes.looks}>
          {data.items.map((one) => (
            <li key={one.id} aria-current={one.id === part.id ? 'true' : undefined}>
              <Link to="/inspections/$id" params={{ id: one.id }} state={(state) => state}>
                <VerdictMark verdict={one.final_verdict} />
                <span>{one.station_name}</span>
                <time dateTime={one.triggered_at}>{nearTime(face, one.triggered_at, now)}</time>
              </Link>
            </li>
          ))}
        </ol>
      )}
      {data?.next != null && (
        <Link to="/inspections" search={{ serial: part.serial }}>
          {t('history.all', { count: HISTORY_LIMIT })}
        </Link>
      )}
    </Panel>
  );
}
