import { useElementSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useClockface } from '@/components/useClockface';
import { minuteOfDay } from '@/lib/time';
import { roundFigures, roundTimes } from '@/lib/timeScale';
import classes from '@/features/kpis/Plot.module.css';

const RIGHT = 20;
const CHARACTER_PX = 7;
const TOP = 8;
const BOTTOM = 22;
const LABEL_PX = 64;

export interface Scale {
  x: (at: number) => number;
  y: (value: number) => number;
  /** Of the baseline. */
  ground: number;
}

interface Props {
  from: number;
  to: number;
  highest: number;
  /** No line stands for a part of it. */
  unit: number;
  /** What the picture says, in words. */
  said: string;
  figure: (value: number) => string;
  children: (scale: Scale) => ReactNode;
}

/** A chart over time: its axes, and whatever is drawn between them in pixels of the screen. */
export function Plot({ from, to, highest, unit, said, figure, children }: Props) {
  const face = useClockface();
  const { ref, width, height } = useElementSize();
  const marks = roundFigures(highest, 4, unit);
  const top = marks.at(-1) ?? 1;
  const left = 12 + CHARACTER_PX * Math.max(...marks.map((mark) => figure(mark).length));
  const ground = height - BOTTOM;
  const scale: Scale = {
    x: (at) => left + ((at - from) / (to - from)) * Math.max(0, width - left - RIGHT),
    y: (value) => ground - (value / top) * Math.max(0, ground - TOP),
    ground,
  };
  const times = width > 0 ? roundTimes(face, from, to, Math.max(2, Math.floor((width - left) / LABEL_PX))) : [];
  return (
    <div className={classes.plot} ref={ref}>
      <svg width={width} height={height} role="img" aria-label={said}>
        <g className={classes.lines}>
          {marks.map((value) => (
            <line key={value} x1={left} x2={width - RIGHT} y1={scale.y(value)} y2={scale.y(value)} />
          ))}
        </g>
        {width > 0 && children(scale)}
        <g className={classes.words}>
          {marks.map((value) => (
            <text key={value} x={left - 8} y={scale.y(value) + 4} textAnchor="end">
              {figure(value)}
            </text>
          ))}
          {times.map((at) => (
            <text key={at} x={scale.x(at)} y={height - 5} textAnchor="middle">
              {minuteOfDay(face, at)}
            </text>
          ))}
        </g>
      </svg>
    </div>
  );
}
