import { wallTime, type Clockface } from '@/lib/time';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS = [10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR];

/** How far the site's clock is ahead of UTC at an instant. */
function ahead(face: Clockface, at: number): number {
  return Date.parse(`${wallTime(face, at)}Z`) - Math.floor(at / MINUTE) * MINUTE;
}

/** Round times of the site's clock from `from` up to `to`, `most` of them at most, as instants. */
export function roundTimes(face: Clockface, from: number, to: number, most: number): number[] {
  const step = STEPS.find((length) => (to - from) / length <= most) ?? Math.ceil((to - from) / most / (24 * HOUR)) * 24 * HOUR;
  const found: number[] = [];
  for (let wall = Math.ceil((from + ahead(face, from)) / step) * step; ; wall += step) {
    // The offset before the instant: round times after a change of the clocks are round by the new ones.
    const at = wall - ahead(face, wall - ahead(face, from));
    if (at > to || found.length > 2 * most) return found;
    if (at >= from && at !== found.at(-1)) found.push(at);
  }
}

/** Round figures from 0 to at least `highest`, all of them whole multiples of `unit`: where a scale puts its lines. */
export function roundFigures(highest: number, most: number, unit: number): number[] {
  if (!(highest > 0)) return [0, unit];
  const raw = Math.max(unit, highest / most);
  const power = 10 ** Math.floor(Math.log10(raw) + 1e-9);
  const whole = (step: number) => Math.abs(step / unit - Math.round(step / unit)) < 1e-6;
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= raw * (1 - 1e-9) && whole(factor * power)) ?? 10) * power;
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => index * step);
}
