import type { BarSeriesOption, GridComponentOption, TooltipComponentOption } from 'echarts';
import type { ComposeOption } from 'echarts/core';
import type { Verdict } from '@/api/types';
import type { MinuteBin } from '@/features/live/minuteBins';

type Option = ComposeOption<BarSeriesOption | GridComponentOption | TooltipComponentOption>;

interface Ink {
  text: string;
  line: string;
  surface: string;
  font: string;
  fill: Record<Verdict, string>;
}

/** The chart is drawn on a canvas, which knows no CSS variables. */
export function readInk(root: Element): Ink {
  const style = getComputedStyle(root);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read('--gp-ink-3'),
    line: read('--gp-line'),
    surface: read('--gp-surface'),
    font: read('--gp-font'),
    fill: {
      good: read('--gp-fill-soft'),
      bad: read('--gp-bad-solid'),
      unsure: read('--gp-warn-solid'),
      no_read: read('--gp-unseen-solid'),
    },
  };
}

interface Drawing {
  bins: readonly MinuteBin[];
  ink: Ink;
  names: Record<string, string>;
  label: (at: number) => string;
  still: boolean;
}

/** Stacked from the normal up: what is abnormal stands on top, where it is seen. */
const STACK: readonly Verdict[] = ['good', 'unsure', 'no_read', 'bad'];

export function minuteChartOption({ bins, ink, names, label, still }: Drawing): Option {
  const words = { color: ink.text, fontFamily: ink.font, fontSize: 12 };
  return {
    animation: !still,
    animationDuration: 300,
    grid: { left: 4, right: 4, top: 12, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      // Rich text is drawn on the canvas: the HTML kind needs inline styles, which the security policy forbids.
      renderMode: 'richText',
      axisPointer: { type: 'shadow' },
      backgroundColor: ink.surface,
      borderColor: ink.line,
      textStyle: { ...words, fontSize: 13 },
    },
    xAxis: {
      type: 'category',
      data: bins.map((bin) => label(bin.at)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
      axisLabel: { ...words, interval: (index: number) => (bins[index]?.at ?? 1) % 600_000 === 0 },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 3,
      axisLabel: words,
      splitLine: { lineStyle: { color: ink.line } },
    },
    series: STACK.map((verdict) => ({
      type: 'bar' as const,
      name: names[verdict] ?? verdict,
      stack: 'parts',
      barCategoryGap: '25%',
      itemStyle: { color: ink.fill[verdict] },
      emphasis: { disabled: true },
      data: bins.map((bin) => bin[verdict]),
    })),
  };
}
