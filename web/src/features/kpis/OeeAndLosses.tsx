import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Losses } from '@/api/types';
import { Bullet } from '@/components/Bullet';
import { ProblemNotice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { useFigures } from '@/components/useFigures';
import { standing, targetsOf, type Figure } from '@/lib/targets';
import { kpisQuery, lossesQuery } from '@/features/kpis/queries';
import { waterfall } from '@/features/kpis/waterfall';
import type { LineWindow } from '@/features/kpis/window';
import classes from '@/features/kpis/OeeAndLosses.module.css';

const FIGURES = ['oee', 'availability', 'effectiveness', 'quality'] as const satisfies readonly Figure[];

/** OEE and its factors, each against its target. */
export function OeeCard({ window }: { window: LineWindow }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { data, error } = useQuery(kpisQuery(window));
  const targets = targetsOf(data);
  return (
    <Panel id="line-oee-title" title={t('kpi.oee')}>
      {error !== null && <ProblemNotice error={error} />}
      <dl className={classes.figures}>
        {FIGURES.map((name) => {
          const value = data?.[name] ?? null;
          const how = standing(value, targets[name]);
          return (
            <div key={name} data-figure={name}>
              <dt>{t(`kpi.${name}`)}</dt>
              <dd>
                <b data-standing={how}>{figures.percent(value)}</b>
                <span>{t('kpi.target', { target: figures.percent(targets[name]) })}</span>
                <Bullet value={value} target={targets[name]} tone={how === 'far' ? 'warn' : 'normal'} thick={name === 'oee'} />
              </dd>
            </div>
          );
        })}
      </dl>
      {data?.oee === null && <p className={classes.none}>{t('kpi.not_yet')}</p>}
    </Panel>
  );
}

/** From planned time down to the time that made good parts: where to look first. */
export function LossesCard({ window }: { window: LineWindow }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(lossesQuery(window));
  return (
    <Panel id="losses-title" title={t('line.losses.title')} aside={<span>{t('line.losses.of_planned')}</span>}>
      {error !== null && <ProblemNotice error={error} />}
      {data !== undefined && data.planned > 0 && <Waterfall losses={data} />}
      {data?.planned === 0 && <p className={classes.none}>{t('line.losses.none')}</p>}
    </Panel>
  );
}

function Waterfall({ losses }: { losses: Losses }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const steps = waterfall(losses);
  const worst = steps.filter((step) => step.loss).sort((a, b) => b.seconds - a.seconds)[0];
  return (
    <table className={classes.waterfall}>
      <tbody>
        {steps.map((step) => (
          <tr key={step.name} data-step={step.name} data-loss={step.loss || undefined} data-worst={step === worst || undefined}>
            <th scope="row">{t(`line.losses.${step.name}`)}</th>
            <td className={classes.track} aria-hidden="true">
              <span style={{ left: `${step.start * 100}%`, width: `${step.width * 100}%` }} />
            </td>
            <td>
              {step.loss && step.seconds >= 1 ? '−' : ''}
              {figures.duration(Math.abs(step.seconds) * 1000)}
            </td>
            <td>{figures.percent(step.seconds / losses.planned)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
