import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useClockface } from '@/components/useClockface';
import { useWordsOf } from '@/components/useWordsOf';
import { useNow } from '@/lib/now';
import { instantOf, minuteOfDay, wallTime, weekday } from '@/lib/time';
import { readWindow, runningShift, type ShiftRun, type WindowSearch } from '@/features/kpis/window';
import classes from '@/features/kpis/LinePage.module.css';

const HOURS = [1, 8, 24, 168] as const;

interface Props {
  search: WindowSearch;
  shown: { from: string; to: string };
  shifts: readonly ShiftRun[];
  onChoose: (search: WindowSearch) => void;
}

/** The running shift, a shift of the last week, the last hours, or any time from one moment to another. */
export function WindowPicker({ search, shown, shifts, onChoose }: Props) {
  const { t } = useTranslation();
  const face = useClockface();
  const words = useWordsOf();
  const now = useNow();
  const running = runningShift(shifts, now);
  const past = shifts.filter((shift) => shift !== running).reverse();
  const key = (from: string, to: string) => `${Date.parse(from)} ${Date.parse(to)}`;
  const chosen = search.from === undefined ? '' : key(shown.from, shown.to);
  const known = chosen === '' || past.some((shift) => key(shift.from, shift.to) === chosen);
  const choose = (value: string) => {
    const [from, to] = value.split(' ').map(Number);
    if (value === '') onChoose({});
    else if (value.startsWith('last')) onChoose(span(now - Number(value.slice(5)) * 3_600_000, now));
    else if (from !== undefined && to !== undefined) onChoose(span(from, to));
  };
  const edit = (name: 'from' | 'to', wall: string) => {
    const at = instantOf(face, wall);
    if (at !== undefined) onChoose(readWindow({ ...shown, [name]: at }));
  };
  return (
    <div className={classes.picker}>
      <NativeSelect
        aria-label={t('line.window.title')}
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: '', label: running === undefined ? t('kpi.window') : t('line.window.running', { shift: words.shift(running.name) }) },
          ...(known ? [] : [{ value: chosen, label: t('line.window.chosen') }]),
          ...HOURS.map((hours) => ({ value: `last ${hours}`, label: t('line.window.last', { count: hours }) })),
          ...past.map((shift) => ({
            value: key(shift.from, shift.to),
            label: `${words.shift(shift.name)}, ${weekday(face, shift.from)} ${minuteOfDay(face, shift.from)}`,
          })),
        ]}
      />
      {(['from', 'to'] as const).map((name) => (
        <TextInput
          key={`${name} ${shown[name]}`}
          type="datetime-local"
          aria-label={t(`inspections.${name}`)}
          defaultValue={wallTime(face, shown[name])}
          onBlur={(event) => {
            if (event.currentTarget.value !== wallTime(face, shown[name])) edit(name, event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') edit(name, event.currentTarget.value);
          }}
        />
      ))}
    </div>
  );
}

/** From one full minute to another, so that the address stays short and the same view is the same address. */
function span(from: number, to: number): WindowSearch {
  const minute = (at: number) => new Date(Math.round(at / 60_000) * 60_000).toISOString();
  return { from: minute(from), to: minute(to) };
}
