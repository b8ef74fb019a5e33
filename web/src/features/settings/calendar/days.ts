import type { ExceptionalDays } from '@/api/types';
import { instantOf, type Clockface } from '@/lib/time';

/* Days as `2026-03-29`: dates without a time, the same wherever they are read. */

/** The day `count` days later. */
export function plusDays(day: string, count: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}

/** Monday of the week that a day is in. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return plusDays(day, -((weekday + 6) % 7));
}

export function daysOfMonth(year: number, month: number): string[] {
  const first = `${year}-${String(month).padStart(2, '0')}-01`;
  const days = [];
  for (let day = first; day.slice(0, 7) === first.slice(0, 7); day = plusDays(day, 1)) days.push(day);
  return days;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function say(locale: string, day: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  formats.set(key, format);
  return format.format(new Date(`${day}T00:00:00Z`));
}

/** `3 Apr 2026` */
export const dateName = (locale: string, day: string) =>
  say(locale, day, { day: 'numeric', month: 'short', year: 'numeric' });
/** `Fri 3 Apr` */
export const dayName = (locale: string, day: string) => say(locale, day, { weekday: 'short', day: 'numeric', month: 'short' });
export const monthName = (locale: string, year: number, month: number) =>
  say(locale, `${year}-${String(month).padStart(2, '0')}-01`, { month: 'long' });
/** Of the ISO weekday 1 (Monday) to 7. 1 January 2024 was a Monday. */
export const weekdayName = (locale: string, weekday: number, style: 'short' | 'long' = 'short') =>
  say(locale, `2024-01-0${weekday}`, { weekday: style });

/** Days of a year on which the clocks change, with the minutes by which each is longer than others. */
export function clockChanges(face: Clockface, year: number): Map<string, number> {
  const found = new Map<string, number>();
  const noon = (day: string) => Date.parse(instantOf(face, `${day}T12:00`) ?? '');
  for (let month = 1; month <= 12; month += 1) {
    // Where both ends of a month are whole days apart, nothing has changed in it: no need to look at each day.
    const days = daysOfMonth(year, month);
    const [first, last] = [plusDays(days[0] ?? '', -1), days.at(-1) ?? ''];
    if ((noon(last) - noon(first)) % 86_400_000 === 0) continue;
    for (const day of days) {
      const minutes = (noon(day) - noon(plusDays(day, -1)) - 86_400_000) / 60_000;
      if (minutes !== 0) found.set(day, minutes);
    }
  }
  return found;
}

/** What differs on a day, if anything. */
export function exceptionOn(days: readonly ExceptionalDays[], day: string): ExceptionalDays | undefined {
  return days.find((one) => one.first <= day && day <= one.last);
}

/** The text of a file; undefined where it is in another encoding, whose umlauts would be lost. */
export function utf8(content: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

export interface HolidayFile {
  days: ExceptionalDays[];
  /** Numbers of the lines that say no date and name. */
  unread: number[];
}

/** Lines of `2026-12-25;Christmas Day` or `25.12.2026;…`; a heading and empty lines are passed over. */
export function readHolidays(text: string): HolidayFile {
  const file: HolidayFile = { days: [], unread: [] };
  text.split(/\r?\n/).forEach((line, at) => {
    if (line.trim() === '') return;
    const [date = '', ...rest] = cellsOf(line);
    const day = isoDay(date);
    const name = rest.find((cell) => cell !== '');
    if (day !== undefined && name !== undefined) file.days.push({ first: day, last: day, name, shifts: [] });
    else if (at > 0 || /\d/.test(date)) file.unread.push(at + 1);
  });
  return file;
}

/** What follows the first cell, a date, parts the others as well; within quotation marks it is part of a name. */
function cellsOf(line: string): string[] {
  const mark = /[;,\t]/.exec(line)?.[0] ?? ';';
  const cell = new RegExp(`(?:^|${mark}) *(?:"((?:[^"]|"")*)"|([^${mark}]*))`, 'g');
  return [...line.matchAll(cell)].map(([, quoted, plain = '']) => (quoted?.replaceAll('""', '"') ?? plain).trim());
}

function isoDay(text: string): string | undefined {
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
  const iso = german === null ? text : `${german[3]}-${german[2]?.padStart(2, '0')}-${german[1]?.padStart(2, '0')}`;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso)) return undefined;
  const at = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(iso) ? iso : undefined;
}
