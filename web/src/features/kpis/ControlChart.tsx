import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ControlPoint } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { dateAndTime, minuteOfDay } from '@/lib/time';
import { AsTable } from '@/features/kpis/AsTable';
import { Plot, type Scale } from '@/features/kpis/Plot';
import { controlChartQuery } from '@/features/kpis/queries';
import { STEP_MS, subgroupStep, type LineWindow } from '@/features/kpis/window';
import classes from '@/features/kpis/ControlChart.module.css';

/** The share of bad parts with the limits of chance: a marked point is worth a search for its cause. */
export function ControlChart({ window }: { window: LineWindow }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const step = subgroupStep(to - from);
  const { data, error } = useQuery(controlChartQuery(window, step));
  const points = data?.points ?? [];
  const mean = data?.mean ?? null;
  const called = points.filter((point) => point.signals.length > 0);
  const highest = Math.max(0.01, ...points.map((point) => Math.max(point.share, Math.min(point.upper, 3 * (mean ?? 0) + 0.01))));
  const words = (point: ControlPoint) => point.signals.map((signal) => t(`line.signal.${signal}`)).join(', ');
  return (
    <Panel id="control-title" title={t(`line.control.${step}`)} aside={<span>{t('line.control.mean', { mean: figures.percent(mean) })}</span>}>
      {error !== null && <ProblemNotice error={error} />}
      <Plot
        from={from}
        to={to}
        highest={Math.min(1, highest)}
        unit={0.001}
        figure={figures.percent}
        said={t('line.control.said', { mean: figures.percent(mean), count: called.length })}
      >
        {(scale) => <Drawing points={points} mean={mean} stepMs={STEP_MS[step]} from={from} to={to} scale={scale} words={words} />}
      </Plot>
      <p className={classes.verdict} data-called={called.length > 0 || undefined}>
        {points.length === 0
          ? t('line.control.none')
          : called.length === 0
            ? t('line.control.steady')
            : t('line.control.called', {
                count: called.length,
                latest: called.slice(-3).map((point) => `${minuteOfDay(face, point.at)} ${words(point)}`).join('; '),
              })}
        {points.some((point) => point.approximate) && <> {t('line.control.approximate')}</>}
      </p>
      <AsTable
        of="control-title"
        columns={[
          t('inspections.column.time'),
          t('line.control.judged'),
          t('verdict.bad'),
          t('line.control.share'),
          t('line.control.limits'),
          t('line.control.signals'),
        ]}
        rows={points.map((point) => [
          dateAndTime(face, point.at),
          figures.count(point.judged),
          figures.count(point.bad),
          figures.percent(point.share),
          `${figures.percent(point.lower)} – ${figures.percent(point.upper)}`,
          words(point),
        ])}
      />
    </Panel>
  );
}

interface DrawingProps {
  points: readonly ControlPoint[];
  mean: number | null;
  stepMs: number;
  from: number;
  to: number;
  scale: Scale;
  words: (point: ControlPoint) => string;
}

function Drawing({ points, mean, stepMs, from, to, scale, words }: DrawingProps) {
  const figures = useFigures();
  const { x, y } = scale;
  const edges = (point: ControlPoint) => {
    const at = Date.parse(point.at);
    return [x(Math.max(from, at)), x(Math.min(to, at + stepMs))] as const;
  };
  const middle = (point: ControlPoint) => (edges(point)[0] + edges(point)[1]) / 2;
  const limit = (value: (point: ControlPoint) => number) =>
    points.map((point) => `M${edges(point)[0]},${y(value(point))}H${edges(point)[1]}`).join('');
  return (
    <g className={classes.chart}>
      {mean !== null && <line className={classes.mean} x1={x(from)} x2={x(to)} y1={y(mean)} y2={y(mean)} />}
      <path className={classes.limit} d={limit((point) => point.upper)} />
      <path className={classes.limit} d={limit((point) => point.lower)} />
      <polyline points={points.map((point) => `${middle(point)},${y(point.share)}`).join(' ')} />
      {points.map((point) => (
        <g key={point.at} transform={`translate(${middle(point)},${y(point.share)})`}>
          <title>{`${figures.percent(point.share)} ${words(point)}`}</title>
          {point.signals.length > 0 ? (
            <path className={classes.signal} d="M0,-8 8,0 0,8 -8,0Z" />
          ) : (
            <circle r={3.5} data-approximate={point.approximate || undefined} />
          )}
        </g>
      ))}
    </g>
  );
}
