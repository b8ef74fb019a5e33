import { useTranslation } from 'react-i18next';
import type { Kpis } from '@/api/types';
import { useFigures } from '@/components/useFigures';
import fill from '@/components/stateFill.module.css';
import classes from '@/features/live/TimeBar.module.css';

const PARTS = ['running', 'blocked', 'starved', 'fault', 'planned_stop', 'unknown'] as const;

/** Where the shift's time went. Time that nobody logged is shown as such, never as production. */
export function TimeBar({ seconds }: { seconds: Kpis['seconds'] }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const shown = PARTS.filter((part) => seconds[part] >= 1);
  if (shown.length === 0) return null;
  return (
    <div className={classes.time}>
      <div className={classes.bar} aria-hidden="true">
        {shown.map((part) => (
          <span key={part} className={`${classes.part} ${fill.fill}`} data-state={part} style={{ flexGrow: seconds[part] }} />
        ))}
      </div>
      <ul className={classes.legend} aria-label={t('kpi.time')}>
        {shown.map((part) => (
          <li key={part}>
            <span className={`${classes.key} ${fill.fill}`} data-state={part} aria-hidden="true" />
            {t(`state.${part}`)} <b>{figures.duration(seconds[part] * 1000)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
