import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SeriesPoint, Verdict } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { VerdictLegend } from '@/components/VerdictLegend';
import { VERDICTS } from '@/components/verdicts';
import { dateAndTime, minuteOfDay } from '@/lib/time';
import { AsTable } from '@/features/kpis/AsTable';
import { Plot } from '@/features/kpis/Plot';
import { seriesQuery } from '@/features/kpis/queries';
import { barStep, STEP_MS, type LineWindow } from '@/features/kpis/window';
import classes from '@/features/kpis/Bars.module.css';

/** From the normal up: what is abnormal stands on top, where it is seen. */
const STACK: readonly Verdict[] = ['good', 'unsure', 'no_read', 'bad'];

function produced(point: SeriesPoint): number {
  return VERDICTS.reduce((sum, verdict) => sum + point[verdict], 0);
}

/** Parts by verdict, bar by bar over the window. */
export function Bars({ window }: { window: LineWindow }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const step = barStep(to - from);
  const { data, error } = useQuery(seriesQuery(window, step));
  const points = data?.items ?? [];
  const totals = Object.fromEntries(VERDICTS.map((verdict) => [verdict, points.reduce((sum, one) => sum + one[verdict], 0)]));
  const total = (verdict: Verdict) => figures.count(totals[verdict] ?? 0);
  return (
    <Panel id="bars-title" title={t(`line.bars.${step}`)} aside={<VerdictLegend verdicts={VERDICTS} figure={total} />}>
      {error !== null && <ProblemNotice error={error} />}
      <Plot
        from={from}
        to={to}
        highest={Math.max(1, ...points.map(produced))}
        unit={1}
        figure={figures.count}
        said={t('line.bars.said', {
          good: total('good'),
          bad: total('bad'),
          unsure: total('unsure'),
          no_read: total('no_read'),
        })}
      >
        {({ x, y }) =>
          points.map((point) => {
            const at = Date.parse(point.at);
            const start = x(Math.max(from, at));
            const width = Math.max(1, (x(Math.min(to, at + STEP_MS[step])) - start) * 0.84);
            const floors = STACK.map((_, index) => STACK.slice(0, index).reduce((sum, verdict) => sum + point[verdict], 0));
            return (
              <g key={point.at} className={classes.bar}>
                <title>
                  {`${minuteOfDay(face, at)}: ${STACK.map((verdict) => `${t(`verdict.${verdict}`)} ${point[verdict]}`).join(', ')}`}
                </title>
                {STACK.map((verdict, index) => {
                  const floor = floors[index] ?? 0;
                  const top = y(floor + point[verdict]);
                  return (
                    <rect key={verdict} data-verdict={verdict} x={start} width={width} y={top} height={y(floor) - top} />
                  );
                })}
              </g>
            );
          })
        }
      </Plot>
      <AsTable
        of="bars-title"
        columns={[t('inspections.column.time'), ...VERDICTS.map((verdict) => t(`verdict.${verdict}`)), t('kpi.oee')]}
        rows={points.map((point) => [
          dateAndTime(face, point.at),
          ...VERDICTS.map((verdict) => figures.count(point[verdict])),
          figures.percent(point.oee),
        ])}
      />
    </Panel>
  );
}
