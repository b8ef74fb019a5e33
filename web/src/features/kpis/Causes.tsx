import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ParetoBar } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { useFigures } from '@/components/useFigures';
import { VERDICT_ICON, VERDICT_TONE } from '@/components/verdicts';
import { paretoQuery } from '@/features/kpis/queries';
import type { LineWindow } from '@/features/kpis/window';
import classes from '@/features/kpis/Causes.module.css';

/** Why parts were not good, the most frequent cause first; each leads to its parts. */
export function Causes({ window }: { window: LineWindow }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { data, error } = useQuery(paretoQuery(window));
  const bars = data?.items ?? [];
  const most = bars[0]?.count ?? 1;
  const name = ({ verdict, kind, cause }: ParetoBar) => {
    if (cause !== null) return t(`cause.${cause}`).replace(/\.$/, '');
    if (kind !== '') return kind;
    return verdict === 'bad' ? t('facts.unnamed_defect') : t(`verdict.${verdict}`);
  };
  return (
    <Panel id="causes-title" title={t('line.causes.title')} aside={<span>{t('line.causes.cumulative')}</span>}>
      {error !== null && <ProblemNotice error={error} />}
      {data !== undefined && bars.length === 0 && <p className={classes.none}>{t('line.causes.none')}</p>}
      <ol className={classes.causes}>
        {bars.map((bar) => {
          const Icon = VERDICT_ICON[bar.verdict];
          const search = { ...window, mode: 'production' as const, verdict: bar.verdict, ...(bar.kind === '' ? {} : { defect: bar.kind }) };
          return (
            <li key={`${bar.verdict} ${bar.kind} ${bar.cause ?? ''}`} data-tone={VERDICT_TONE[bar.verdict]}>
              <Link to="/inspections" search={search}>
                <Icon />
                <span className={classes.name}>{name(bar)}</span>
                <span className={classes.track} aria-hidden="true">
                  <span style={{ width: `${(bar.count / most) * 100}%` }} />
                </span>
                <b>{figures.count(bar.count)}</b>
                <span>{figures.percent(bar.cumulative)}</span>
              </Link>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
