import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveStation } from '@/api/types';
import { Panel } from '@/components/Panel';
import { useFigures } from '@/components/useFigures';
import { VERDICT_ICON, VERDICT_TONE, VERDICTS } from '@/components/verdicts';
import classes from '@/features/live/Counts.module.css';

/** The shift's parts by verdict; each count leads to its parts. */
export function Counts({ station }: { station: LiveStation }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { counts } = station.kpis;
  const total = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
  return (
    <Panel
      id="counts-title"
      title={t('counts.title')}
      aside={
        <p>
          {t('counts.produced', { parts: figures.count(counts.produced) })} ·{' '}
          {t('counts.rejected', { parts: figures.count(counts.rejected) })}
        </p>
      }
    >
      <ul className={classes.list}>
        {VERDICTS.map((verdict) => {
          const Icon = VERDICT_ICON[verdict];
          return (
            <li key={verdict}>
              <Link
                to="/inspections"
                search={{ place: station.station.id, verdict }}
                className={classes.count}
                data-tone={counts[verdict] > 0 ? VERDICT_TONE[verdict] : 'normal'}
              >
                <Icon className={classes.icon} />
                <span className={classes.name}>{t(`verdict.${verdict}`)}</span>
                <span className={classes.number}>{figures.count(counts[verdict])}</span>
                <span className={classes.share}>{figures.percent(total === 0 ? null : counts[verdict] / total)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
