/** The place and time that the line page is about: all of it is in the address. */
export interface WindowSearch {
  /** Instants with their zone. Without them the running shift is meant, or the last hours. */
  from?: string;
  to?: string;
}

export interface LineWindow {
  place: string;
  from: string;
  to: string;
}

export interface ShiftRun {
  name: string;
  from: string;
  to: string;
}

const HOUR_MS = 3_600_000;
export const LONGEST_MS = 7 * 24 * HOUR_MS;
const WITHOUT_SHIFT_MS = 8 * HOUR_MS;

export function readWindow(raw: Record<string, unknown>): WindowSearch {
  const [from, to] = [raw.from, raw.to].map((value) => (typeof value === 'string' ? Date.parse(value) : NaN));
  if (from === undefined || to === undefined || !(from < to) || to - from > LONGEST_MS) return {};
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** The shift that runs at `now`, as far as the site has shifts. */
export function runningShift(shifts: readonly ShiftRun[], now: number): ShiftRun | undefined {
  return shifts.find((shift) => Date.parse(shift.from) <= now && now < Date.parse(shift.to));
}

/** What the page shows: what the address says, else the running shift, else the last hours by full minutes. */
export function shownWindow(search: WindowSearch, shifts: readonly ShiftRun[], now: number): { from: string; to: string } {
  if (search.from !== undefined && search.to !== undefined) return { from: search.from, to: search.to };
  const shift = runningShift(shifts, now);
  if (shift !== undefined) return { from: shift.from, to: shift.to };
  const minute = Math.floor(now / 60_000) * 60_000;
  return { from: new Date(minute - WITHOUT_SHIFT_MS).toISOString(), to: new Date(minute + 60_000).toISOString() };
}

export type Step = 'minute' | 'quarter' | 'hour';
export const STEP_MS: Record<Step, number> = { minute: 60_000, quarter: 900_000, hour: HOUR_MS };

/** Bars wide enough to be seen: hours over a shift, quarters over a part of one. */
export function barStep(lengthMs: number): Step {
  if (lengthMs <= HOUR_MS) return 'minute';
  return lengthMs < 6 * HOUR_MS ? 'quarter' : 'hour';
}

/** Subgroups of the control chart: enough points for a run of nine, with enough parts in each. */
export function subgroupStep(lengthMs: number): Step {
  return lengthMs <= 12 * HOUR_MS ? 'quarter' : 'hour';
}
