import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NoReadIcon } from '@/components/icons';
import { ProblemNotice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useNow } from '@/lib/now';
import { nearTime } from '@/lib/time';
import { rejectsQuery } from '@/features/kpis/queries';
import type { LineWindow } from '@/features/kpis/window';
import classes from '@/features/kpis/Rejects.module.css';

/** The latest bad parts with what gave them away. */
export function Rejects({ window }: { window: LineWindow }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const now = useNow();
  const { data, error } = useQuery(rejectsQuery(window));
  const all = (
    <Link to="/inspections" search={{ ...window, verdict: 'bad' }}>
      {t('line.rejects.all')}
    </Link>
  );
  return (
    <Panel id="rejects-title" title={t('line.rejects.title')} aside={all}>
      {error !== null && <ProblemNotice error={error} />}
      {data?.items.length === 0 && <p className={classes.none}>{t('line.rejects.none')}</p>}
      <ul className={classes.rejects}>
        {data?.items.map((part) => {
          const [frame, heat] = (['frame', 'heat'] as const).map((role) => part.images.find((image) => image.role === role && image.available));
          return (
            <li key={part.id}>
              <Link to="/inspections/$id" params={{ id: part.id }} state={{ list: { ...window, verdict: 'bad' } }}>
                <span className={classes.picture}>
                  {frame === undefined ? <NoReadIcon /> : <img src={frame.url} alt="" />}
                  {heat !== undefined && <img src={heat.url} alt="" />}
                </span>
                <b>#{part.sequence}</b>
                <span>{part.score === null ? '' : figures.score(part.score)}</span>
                <time dateTime={part.triggered_at}>{nearTime(face, part.triggered_at, now)}</time>
              </Link>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
