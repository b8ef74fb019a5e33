import { ActionIcon, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlannedDay } from '@/api/types';
import { NextIcon, PreviousIcon } from '@/components/icons';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useWordsOf } from '@/components/useWordsOf';
import { dayName, mondayOf, plusDays } from '@/features/settings/calendar/days';
import { Lane, LaneHours, type LaneBlock } from '@/features/settings/calendar/Lane';
import { DAY, minuteOf } from '@/features/settings/calendar/plan';
import { previewQuery } from '@/features/settings/calendar/queries';
import { Card } from '@/components/Card';
import { serverNow } from '@/lib/now';
import { wallTime } from '@/lib/time';
import classes from '@/features/settings/calendar/Strip.module.css';

/** A week as it is planned: what the saved calendar makes of its dates. */
export function Preview({ site, zone }: { site: string; zone: string }) {
  const { t } = useTranslation();
  const face = useClockface();
  const [first, setFirst] = useState(() => mondayOf(wallTime({ ...face, zone }, serverNow()).slice(0, 10)));
  // The Sunday before: its night shift ends in this week.
  const found = useQuery(previewQuery(site, plusDays(first, -1), plusDays(first, 6)));
  const days = found.data?.items ?? [];
  return (
    <Card title={t('calendar.preview')} what={t('calendar.preview_what', { zone })}>
      <div className={classes.picker}>
        <ActionIcon aria-label={t('calendar.week_before')} onClick={() => setFirst(plusDays(first, -7))}>
          <PreviousIcon fontSize={22} />
        </ActionIcon>
        <TextInput
          type="date"
          aria-label={t('calendar.preview_day')}
          value={first}
          onChange={(event) => {
            if (event.currentTarget.value !== '') setFirst(mondayOf(event.currentTarget.value));
          }}
        />
        <ActionIcon aria-label={t('calendar.week_after')} onClick={() => setFirst(plusDays(first, 7))}>
          <NextIcon fontSize={22} />
        </ActionIcon>
      </div>
      {found.error !== null && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.data !== undefined && (
        <div className={classes.strip}>
          <LaneHours />
          {days.slice(1).map((day) => (
            <DayLane key={day.day} day={day} blocks={blocksOn(day.day, days)} />
          ))}
        </div>
      )}
    </Card>
  );
}

function DayLane({ day, blocks }: { day: PlannedDay; blocks: LaneBlock[] }) {
  const { t } = useTranslation();
  const { locale } = useClockface();
  const words = useWordsOf();
  const figures = useFigures();
  const change = day.clock_change_min;
  return (
    <div className={classes.row}>
      <span className={classes.day}>{dayName(locale, day.day)}</span>
      <Lane blocks={blocks.map((block) => ({ ...block, label: words.shift(block.label) }))} />
      <p className={classes.words}>
        {day.exception !== null && <b>{day.exception}</b>}
        <span>
          {day.shifts.length === 0
            ? t('calendar.no_shift')
            : t('calendar.planned', { duration: figures.duration(day.planned_min * 60_000) })}
        </span>
        {change !== 0 && (
          <b className={classes.clocks}>
            {t(change < 0 ? 'calendar.clocks_go_forward' : 'calendar.clocks_go_back', { minutes: Math.abs(change) })}
          </b>
        )}
        {day.shifts
          .filter((shift) => shift.gained_min !== 0)
          .map((shift) => (
            <span key={shift.start}>
              {t('calendar.shift_lasts', {
                shift: words.shift(shift.name),
                length: figures.duration(shift.length_min * 60_000),
                usual: figures.duration((shift.length_min - shift.gained_min) * 60_000),
              })}
            </span>
          ))}
      </p>
    </div>
  );
}

/** What of every shift lies on a day, by the site's clock. */
function blocksOn(day: string, days: readonly PlannedDay[]): LaneBlock[] {
  const names = [...new Set(days.flatMap((one) => one.shifts.map((shift) => shift.name)))];
  return days.flatMap((one) =>
    one.shifts.flatMap((shift) => {
      const tone = names.indexOf(shift.name) % 3;
      const whole = { start_local: shift.start_local, end_local: shift.end_local, kind: 'busy', label: shift.name };
      const breaks = shift.spans.filter((span) => span.kind === 'break').map((span) => ({ ...span, label: '' }));
      return [whole, ...breaks].flatMap((span) => {
        const [from, to] = [within(day, span.start_local, 0), within(day, span.end_local, DAY)];
        return from < to ? [{ from, to, kind: span.kind === 'break' ? ('break' as const) : ('shift' as const), tone, label: span.label }] : [];
      });
    }),
  );
}

/** Minutes into `day` of a local time, cut to the day. */
function within(day: string, local: string, fallback: number): number {
  const date = local.slice(0, 10);
  if (date < day) return 0;
  return date > day ? DAY : (minuteOf(local.slice(11)) ?? fallback);
}
