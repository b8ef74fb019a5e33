import { describe, expect, it } from 'vitest';
import type { CalendarPlan, WeekShift } from '@/api/types';
import { clockChanges, mondayOf, readHolidays, utf8 } from '@/features/settings/calendar/days';
import { appliedFrom, blocksOf, inDraft, lengthOf, missingIn, plannedOf } from '@/features/settings/calendar/plan';

const night: WeekShift = {
  name: 'Night',
  weekdays: [7],
  start: '22:00',
  end: '06:00',
  breaks: [{ start: '23:45', end: '00:15' }],
};
const early: WeekShift = { name: 'Early', weekdays: [1], start: '06:00', end: '14:00', breaks: [] };

describe('a week', () => {
  it('has a shift over midnight on two days, and Sunday night ends on Monday', () => {
    expect(blocksOf([night]).map(({ day, from, to, kind }) => [day, from, to, kind])).toEqual([
      [6, 1320, 1440, 'shift'],
      [0, 0, 360, 'shift'],
      [6, 1425, 1440, 'break'],
      [0, 0, 15, 'break'],
    ]);
  });

  it('counts a shift without its breaks, and not at all while a time is missing', () => {
    expect(lengthOf({ start: '00:00', end: '00:00' })).toBe(1440);
    expect(plannedOf(night)).toBe(450);
    expect(plannedOf({ ...night, end: '' })).toBeUndefined();
    expect(missingIn({ weeks: [{ first: null, shifts: [{ ...night, end: '' }] }], days: [] })).toEqual([
      'weeks.0.shifts.0.end',
    ]);
  });
});

describe('a change', () => {
  const saved: CalendarPlan = {
    weeks: [
      { first: null, shifts: [night] },
      { first: '2026-06-01', shifts: [early] },
    ],
    days: [],
  };
  const draft: CalendarPlan = {
    weeks: [
      { first: null, shifts: [night, early] },
      { first: '2026-06-01', shifts: [early] },
    ],
    days: [],
  };

  it('holds from a day on, and leaves what was before', () => {
    const { plan, origin } = appliedFrom(saved, draft, '2026-03-02');
    expect(plan.weeks).toEqual([
      { first: null, shifts: [night] },
      { first: '2026-03-02', shifts: [night, early] },
      { first: '2026-06-01', shifts: [early] },
    ]);
    expect(inDraft('weeks.1.shifts.1.breaks.0', origin)).toBe('weeks.0.shifts.1.breaks.0');
    expect(inDraft('weeks.2.first', origin)).toBe('weeks.1.first');
  });

  it('holds for the whole of its week where the past is corrected', () => {
    expect(appliedFrom(saved, draft, undefined).plan).toEqual(draft);
  });

  it('of a week that is over or to come needs no day', () => {
    expect(appliedFrom(saved, draft, '2026-07-01').plan).toEqual(draft);
  });
});

describe('days', () => {
  it('on which the clocks change are found, half hours too', () => {
    expect([...clockChanges({ locale: 'en', zone: 'Europe/Berlin' }, 2026)]).toEqual([
      ['2026-03-29', -60],
      ['2026-10-25', 60],
    ]);
    expect([...clockChanges({ locale: 'en', zone: 'Australia/Lord_Howe' }, 2026)]).toEqual([
      ['2026-04-05', 30],
      ['2026-10-04', -30],
    ]);
    expect(clockChanges({ locale: 'en', zone: 'Asia/Kolkata' }, 2026).size).toBe(0);
  });

  it('belong to the week that starts on Monday', () => {
    expect([mondayOf('2026-03-29'), mondayOf('2026-03-30')]).toEqual(['2026-03-23', '2026-03-30']);
  });

  it('come from a file of holidays, whose other lines are named', () => {
    const file = readHolidays('Date;Name\r\n2026-12-25;Christmas Day\r\n1.5.2026;"Tag der Arbeit"\r\n\r\n2026-02-30;no day\r\n');
    expect(file.days.map(({ first, last, name }) => [first, last, name])).toEqual([
      ['2026-12-25', '2026-12-25', 'Christmas Day'],
      ['2026-05-01', '2026-05-01', 'Tag der Arbeit'],
    ]);
    expect(file.unread).toEqual([5]);
  });

  it('are called what stands between quotation marks, whatever that is', () => {
    const names = (text: string) => readHolidays(text).days.map(({ name }) => name);
    expect(names('2026-12-25,"Christmas, the ""first"" day"\n26.12.2026;Boxing Day, a Saturday;paid')).toEqual([
      'Christmas, the "first" day',
      'Boxing Day, a Saturday',
    ]);
  });

  it('are not taken from a file whose umlauts would be lost', () => {
    const windows1252 = Uint8Array.from(Array.from('06.01.2026;Heilige Drei K\u00f6nige'), (letter) => letter.charCodeAt(0));
    expect(utf8(windows1252.buffer)).toBeUndefined();
    expect(utf8(new TextEncoder().encode('\uFEFFHeilige Drei Könige').buffer)).toBe('Heilige Drei Könige');
  });
});
