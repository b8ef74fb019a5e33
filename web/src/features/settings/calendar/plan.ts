import type { CalendarPlan, CalendarWeek, DayShift, WeekShift } from '@/api/types';

/* A calendar as it is edited. What is right about it the server says; here is only what drawing and typing need. */

export const DAY = 24 * 60;
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** `06:30` as minutes since midnight; undefined for a field that is not filled in. */
export function minuteOf(clock: string): number | undefined {
  const match = /^(\d{2}):(\d{2})/.exec(clock);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

/** Minutes from one time to another, which is a day later where it is not after the first. */
export function lengthOf(span: { start: string; end: string }): number | undefined {
  const [start, end] = [minuteOf(span.start), minuteOf(span.end)];
  return start === undefined || end === undefined ? undefined : ((end - start - 1 + DAY) % DAY) + 1;
}

/** Planned minutes of a shift: without its breaks. */
export function plannedOf(shift: DayShift): number | undefined {
  const length = lengthOf(shift);
  const breaks = shift.breaks.map((pause) => lengthOf(pause));
  if (length === undefined || breaks.some((pause) => pause === undefined)) return undefined;
  return breaks.reduce<number>((left, pause) => left - (pause ?? 0), length);
}

export interface Block {
  /** Of the shift in its week. */
  shift: number;
  /** 0 is Monday. */
  day: number;
  /** Minutes since midnight, cut at both ends of the day. */
  from: number;
  to: number;
  kind: 'shift' | 'break';
  /** The piece with the shift's start in it: where its name is written. */
  first: boolean;
}

/** What to draw of a week: a shift over midnight is two blocks, Sunday's second one on Monday. */
export function blocksOf(shifts: readonly WeekShift[]): Block[] {
  return shifts.flatMap((shift, index) => {
    const [start, length] = [minuteOf(shift.start), lengthOf(shift)];
    if (start === undefined || length === undefined) return [];
    const spans = [
      { kind: 'shift' as const, begin: start, length },
      ...shift.breaks.flatMap((pause) => {
        const [at, long] = [minuteOf(pause.start), lengthOf(pause)];
        if (at === undefined || long === undefined) return [];
        return [{ kind: 'break' as const, begin: start + ((at - start + DAY) % DAY), length: long }];
      }),
    ];
    return shift.weekdays.flatMap((weekday) =>
      spans.flatMap(({ kind, begin, length: long }) =>
        cutAtMidnight(begin, begin + long).map(({ day, from, to }, piece) => ({
          shift: index,
          day: (weekday - 1 + day) % 7,
          from,
          to,
          kind,
          first: piece === 0,
        })),
      ),
    );
  });
}

function cutAtMidnight(begin: number, end: number): { day: number; from: number; to: number }[] {
  const day = Math.floor(begin / DAY);
  const cut = (day + 1) * DAY;
  if (end <= cut) return [{ day, from: begin - day * DAY, to: end - day * DAY }];
  return [{ day, from: begin - day * DAY, to: DAY }, ...cutAtMidnight(cut, end)];
}

/** Fields without which the server cannot read the calendar, by their ways: `weeks.0.shifts.1.start`. */
export function missingIn(plan: CalendarPlan): string[] {
  const ofShifts = (shifts: readonly DayShift[], above: string) =>
    shifts.flatMap((shift, at) => [
      ...ofSpan(shift, `${above}.shifts.${at}`),
      ...shift.breaks.flatMap((pause, index) => ofSpan(pause, `${above}.shifts.${at}.breaks.${index}`)),
    ]);
  const ofSpan = (span: { start: string; end: string }, above: string) =>
    (['start', 'end'] as const).filter((edge) => minuteOf(span[edge]) === undefined).map((edge) => `${above}.${edge}`);
  return [
    ...plan.weeks.flatMap((week, at) => [
      ...(week.first === '' ? [`weeks.${at}.first`] : []),
      ...ofShifts(week.shifts, `weeks.${at}`),
    ]),
    ...plan.days.flatMap((day, at) => [
      ...(['first', 'last'] as const).filter((edge) => day[edge] === '').map((edge) => `days.${at}.${edge}`),
      ...ofShifts(day.shifts, `days.${at}`),
    ]),
  ];
}

/** The week that holds on a day. */
export function weekOn(weeks: readonly CalendarWeek[], day: string): number {
  return weeks.findLastIndex((week) => week.first === null || week.first <= day);
}

export interface Applied {
  plan: CalendarPlan;
  /** For each week of the plan, which week of the draft it is. */
  origin: number[];
}

/**
 * The plan to save where changes of a week hold from a day on: up to then the week stays what it was. Without a day,
 * or for a week that begins later, the change holds for all of it.
 */
export function appliedFrom(saved: CalendarPlan, draft: CalendarPlan, day: string | undefined): Applied {
  const weeks: CalendarWeek[] = [];
  const origin: number[] = [];
  const begun = day === undefined ? -1 : weekOn(draft.weeks, day);
  draft.weeks.forEach((week, at) => {
    const before = saved.weeks.find((one) => one.first === week.first);
    const begins = day !== undefined && at === begun && week.first !== day;
    if (begins && before !== undefined && !same(before.shifts, week.shifts)) {
      weeks.push(before, { first: day, shifts: week.shifts });
      origin.push(at, at);
    } else {
      weeks.push(week);
      origin.push(at);
    }
  });
  return { plan: { weeks, days: draft.days }, origin };
}

/** The way to a field of the draft, from that in the plan that was made of it. */
export function inDraft(where: string, origin: readonly number[]): string {
  return where.replace(/^weeks\.(\d+)/, (_, at: string) => `weeks.${origin[Number(at)] ?? at}`);
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export type Template = 'one' | 'two' | 'three' | 'round';

const WORKDAYS = [1, 2, 3, 4, 5];

/** Ordinary weeks to start from; the names are the reader's words. */
export function templateWeek(template: Template, names: { day: string; early: string; late: string; night: string }): WeekShift[] {
  const pause = (start: string, end: string) => [{ start, end }];
  const early = { name: names.early, weekdays: WORKDAYS, start: '06:00', end: '14:00', breaks: pause('10:00', '10:30') };
  const late = { name: names.late, weekdays: WORKDAYS, start: '14:00', end: '22:00', breaks: pause('18:00', '18:30') };
  const night = { name: names.night, weekdays: WORKDAYS, start: '22:00', end: '06:00', breaks: pause('02:00', '02:30') };
  switch (template) {
    case 'one':
      return [{ name: names.day, weekdays: WORKDAYS, start: '07:00', end: '15:30', breaks: pause('12:00', '12:30') }];
    case 'two':
      return [early, late];
    case 'three':
      return [early, late, night];
    case 'round':
      return [];
  }
}
