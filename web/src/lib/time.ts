/** Times and figures as a person on the floor reads them: in the site's zone, in the chosen language. */

export interface Clockface {
  locale: string;
  /** IANA zone of the site; the browser's own where no site is known. */
  zone: string;
}

/** The variant of the chosen language that the browser asks for, so that dates read as its owner writes them. */
export function formatLocale(language: string, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.slice(0, 2) === language.slice(0, 2)) ?? language;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(face: Clockface, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${face.locale} ${face.zone} ${key}`;
  let found = formats.get(name);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(face.locale, { ...options, timeZone: face.zone, hourCycle: 'h23' });
    formats.set(name, found);
  }
  return found;
}

/** `14:03:27` */
export function timeOfDay(face: Clockface, at: string | number): string {
  return format(face, 'time', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));
}

/** `14:03` */
export function minuteOfDay(face: Clockface, at: string | number): string {
  return format(face, 'minute', { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

/** `23 Nov 2026, 14:03:27` */
export function dateAndTime(face: Clockface, at: string | number): string {
  return format(face, 'date', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(new Date(at));
}

/** The time alone on the same day of the site, date and time on another. */
export function nearTime(face: Clockface, at: string, now: number): string {
  const day = format(face, 'day', { year: 'numeric', month: '2-digit', day: '2-digit' });
  return day.format(new Date(at)) === day.format(now) ? timeOfDay(face, at) : dateAndTime(face, at);
}

/** `Europe/Berlin (GMT+1)`: shown once on every page that shows times. */
export function zoneName(face: Clockface, now: number): string {
  const parts = format(face, 'zone', { timeZoneName: 'shortOffset', hour: '2-digit' }).formatToParts(now);
  const offset = parts.find((part) => part.type === 'timeZoneName')?.value;
  return offset === undefined || face.zone === offset ? face.zone : `${face.zone} (${offset})`;
}

export interface Span {
  unit: 'seconds' | 'minutes' | 'hours' | 'days';
  /** Whole units. */
  count: number;
  /** Whole units of the next smaller kind that remain. */
  rest: number;
}

/** How long, to the two units that matter. Time that seems to run backwards (clocks differ) reads as zero. */
export function span(ms: number): Span {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return { unit: 'seconds', count: seconds, rest: 0 };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return { unit: 'minutes', count: minutes, rest: seconds % 60 };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { unit: 'hours', count: hours, rest: minutes % 60 };
  return { unit: 'days', count: Math.floor(hours / 24), rest: hours % 24 };
}

/** `2026-11-23T14:03` by the site's clock, as fields for date and time take it. */
export function wallTime(face: Clockface, at: string | number): string {
  // Swedish writes dates as ISO 8601 does.
  const parts = format({ ...face, locale: 'sv-SE' }, 'wall', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(at));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The instant of a wall-clock time of the site; undefined where it is none. A time that comes twice is its first. */
export function instantOf(face: Clockface, wall: string): string | undefined {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const offsetAt = (at: number) => Date.parse(`${wallTime(face, at)}Z`) - Math.floor(at / 60_000) * 60_000;
  // The offset of a day before and a day after: they differ only over a change of the clocks.
  for (const offset of [offsetAt(asUtc - 86_400_000), offsetAt(asUtc + 86_400_000)]) {
    const at = asUtc - offset;
    if (wallTime(face, at) === wall) return new Date(at).toISOString();
  }
  // The clocks jump over it: the moment as the clock before the jump would have shown it.
  return new Date(asUtc - offsetAt(asUtc - 86_400_000)).toISOString();
}

/** `Mon, 23 Nov` */
export function weekday(face: Clockface, at: string | number): string {
  return format(face, 'weekday', { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(at));
}

/** `23 Nov 2026` */
export function day(face: Clockface, at: string | number): string {
  return format(face, 'calendar day', { year: 'numeric', month: 'short', day: 'numeric' }).format(new Date(at));
}
