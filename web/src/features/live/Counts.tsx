import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveStation } from '@/api/types';
import { Panel } from '@/components/Panel';
import { useFigures } from '@/components/useFigures';
import { VERDICT_ICON, VERDICT_TONE, VERDICTS } from '@/components/verdicts';
import type { Freshness } from '@/features/live/condition';
import classes from '@/features/live/Counts.module.css';

/** Each count leads to its parts of the shift. Where nobody looks at the parts there is no count: not zero. */
export function Counts({ station, fresh }: { station: LiveStation; fresh: Freshness }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { counts, from } = station.kpis;
  const heard = fresh.kind !== 'unwired' || counts.produced > 0;
  const told = (count: number) => (heard ? figures.count(count) : '–');
  const total = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
  return (
    <Panel
      id="counts-title"
      title={t('counts.title')}
      aside={
        <p>
          {t('counts.produced', { parts: told(counts.produced) })} ·{' '}
          {t('counts.rejected', { parts: told(counts.rejected) })}
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
                search={{ place: station.station.id, verdict, mode: 'production', from }}
                className={classes.count}
                data-tone={counts[verdict] > 0 ? VERDICT_TONE[verdict] : 'normal'}
              >
                <Icon className={classes.icon} />
                <span className={classes.name}>{t(`verdict.${verdict}`)}</span>
                <span className={classes.number}>{told(counts[verdict])}</span>
                <span className={classes.share}>{figures.percent(total === 0 ? null : counts[verdict] / total)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
