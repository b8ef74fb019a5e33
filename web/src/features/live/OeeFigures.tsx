import { useTranslation } from 'react-i18next';
import type { Kpis, LiveStation } from '@/api/types';
import { Bullet } from '@/components/Bullet';
import { Panel } from '@/components/Panel';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useWordsOf } from '@/components/useWordsOf';
import { standing, targetsOf, type Figure } from '@/lib/targets';
import { minuteOfDay } from '@/lib/time';
import { TimeBar } from '@/features/live/TimeBar';
import classes from '@/features/live/OeeFigures.module.css';

const FACTORS = ['availability', 'effectiveness', 'quality'] as const satisfies readonly Figure[];

/** OEE of the running shift and what makes it, each against its target (ISO 22400-2 names). */
export function OeeFigures({ kpis, shift }: { kpis: Kpis; shift: LiveStation['shift'] }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const words = useWordsOf();
  const targets = targetsOf(kpis);
  const how = standing(kpis.oee, targets.oee);
  return (
    <Panel
      id="oee-title"
      title={t('kpi.oee')}
      aside={
        <p>
          {shift.name === '' ? t('kpi.window') : words.shift(shift.name)} {minuteOfDay(face, shift.from)}–
          {minuteOfDay(face, shift.to)}
          {kpis.provisional && <> · {t('kpi.provisional')}</>}
        </p>
      }
    >
      <div className={classes.body}>
        <div className={classes.main}>
          <p className={classes.big} data-standing={how}>
            {figures.percent(kpis.oee)}
          </p>
          <Bullet value={kpis.oee} target={targets.oee} tone={how === 'far' ? 'warn' : 'normal'} thick />
          <p className={classes.gap} data-standing={how}>
            {how === 'unknown'
              ? t('kpi.not_yet')
              : t(how === 'met' ? 'kpi.above' : 'kpi.below', {
                  gap: figures.points(Math.abs((kpis.oee ?? 0) - targets.oee)),
                  target: figures.percent(targets.oee),
                })}
          </p>
        </div>
        <dl className={classes.factors}>
          {FACTORS.map((name) => (
            <div key={name} className={classes.factor}>
              <dt>{t(`kpi.${name}`)}</dt>
              <dd>
                <span className={classes.target}>{t('kpi.target', { target: figures.percent(targets[name]) })}</span>
                <span className={classes.value} data-standing={standing(kpis[name], targets[name])}>
                  {figures.percent(kpis[name])}
                </span>
                <Bullet
                  value={kpis[name]}
                  target={targets[name]}
                  tone={standing(kpis[name], targets[name]) === 'far' ? 'warn' : 'normal'}
                />
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <TimeBar seconds={kpis.seconds} />
    </Panel>
  );
}
