import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { BarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { VerdictLegend } from '@/components/VerdictLegend';
import { VERDICTS } from '@/components/verdicts';
import { useNow } from '@/lib/now';
import { minuteOfDay } from '@/lib/time';
import { minuteBins } from '@/features/live/minuteBins';
import { minuteChartOption, readInk } from '@/features/live/minuteChartOption';
import { minutesQuery } from '@/features/live/queries';
import classes from '@/features/live/MinuteChart.module.css';

register([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** Parts per minute over the last hour, by verdict. */
export function MinuteChart({ station }: { station: string }) {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const { data } = useQuery(minutesQuery(station));
  const minute = Math.floor(useNow() / 60_000) * 60_000;
  const bins = useMemo(() => minuteBins(data?.items ?? [], minute), [data, minute]);
  const totals = useMemo(() => {
    const sum = { good: 0, bad: 0, unsure: 0, no_read: 0 };
    for (const bin of bins) for (const verdict of VERDICTS) sum[verdict] += bin[verdict];
    return sum;
  }, [bins]);

  const canvas = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  useEffect(() => {
    if (canvas.current === null) return undefined;
    const drawn = init(canvas.current);
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(canvas.current);
    return () => {
      observer.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    const still = globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches;
    chart.current?.setOption(
      minuteChartOption({
        bins,
        ink: readInk(document.documentElement),
        names: Object.fromEntries(VERDICTS.map((verdict) => [verdict, t(`verdict.${verdict}`)])),
        label: (at) => minuteOfDay(face, at),
        still,
      }),
    );
    // The colours are read anew when the scheme changes.
  }, [bins, face, t, scheme]);

  return (
    <Panel
      id="minutes-title"
      title={t('minutes.title')}
      aside={<VerdictLegend verdicts={VERDICTS.filter((verdict) => verdict === 'good' || verdict === 'bad' || totals[verdict] > 0)} />}
    >
      <div
        className={classes.canvas}
        ref={canvas}
        role="img"
        aria-label={t('minutes.said', {
          good: figures.count(totals.good),
          bad: figures.count(totals.bad),
          unsure: figures.count(totals.unsure),
          no_read: figures.count(totals.no_read),
        })}
      />
    </Panel>
  );
}
