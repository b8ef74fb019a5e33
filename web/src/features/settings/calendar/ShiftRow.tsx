import { Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DayShift, WeekShift } from '@/api/types';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { weekdayName } from '@/features/settings/calendar/days';
import { useFault } from '@/features/settings/calendar/faults';
import { plannedOf, WEEKDAYS } from '@/features/settings/calendar/plan';
import classes from '@/features/settings/calendar/Calendar.module.css';

interface Props<Shift extends DayShift> {
  /** The way to it: `weeks.0.shifts.1`. */
  where: string;
  number: number;
  shift: Shift;
  onChange: (shift: Shift) => void;
  /** Add the same shift again, to give other days other times. */
  onCopy?: () => void;
  onRemove: () => void;
}

/** One shift to type: its name, its times, the days it starts on, and its breaks. */
export function ShiftRow<Shift extends DayShift | WeekShift>({ where, number, shift, onChange, onCopy, onRemove }: Props<Shift>) {
  const { t } = useTranslation();
  const figures = useFigures();
  const fault = useFault();
  const planned = plannedOf(shift);
  const setBreaks = (breaks: DayShift['breaks']) => onChange({ ...shift, breaks });
  const last = shift.breaks.at(-1);
  const whole = fault(where);
  return (
    <fieldset className={classes.shift} data-faulty={whole !== undefined || undefined}>
      <legend>{t('calendar.shift_number', { number, name: shift.name })}</legend>
      <div className={classes.line}>
        <TextInput
          label={t('calendar.shift_name')}
          value={shift.name}
          maxLength={100}
          error={fault(`${where}.name`)}
          onChange={(event) => onChange({ ...shift, name: event.currentTarget.value })}
        />
        <Clock label={t('calendar.start')} where={`${where}.start`} value={shift.start} onChange={(start) => onChange({ ...shift, start })} />
        <Clock label={t('calendar.end')} where={`${where}.end`} value={shift.end} onChange={(end) => onChange({ ...shift, end })} />
        {'weekdays' in shift && (
          <Weekdays where={where} shift={shift} onChange={(weekdays) => onChange({ ...shift, weekdays })} />
        )}
        <output className={classes.length}>
          {planned !== undefined && t('calendar.planned', { duration: figures.duration(planned * 60_000) })}
        </output>
      </div>
      {whole !== undefined && <p className={classes.fault}>{whole}</p>}
      <div className={classes.breaks}>
        {shift.breaks.map((pause, at) => {
          const set = (next: DayShift['breaks'][number]) =>
            setBreaks(shift.breaks.map((one, index) => (index === at ? next : one)));
          const wrong = fault(`${where}.breaks.${at}`);
          return (
            <div key={at} className={classes.break}>
              <Clock
                label={t('calendar.break_from')}
                where={`${where}.breaks.${at}.start`}
                value={pause.start}
                onChange={(start) => set({ ...pause, start })}
              />
              <Clock
                label={t('calendar.break_to')}
                where={`${where}.breaks.${at}.end`}
                value={pause.end}
                onChange={(end) => set({ ...pause, end })}
              />
              <Button variant="subtle" onClick={() => setBreaks(shift.breaks.filter((_, index) => index !== at))}>
                {t('calendar.remove_break')}
              </Button>
              {wrong !== undefined && <p className={classes.fault}>{wrong}</p>}
            </div>
          );
        })}
      </div>
      <div className={classes.line}>
        <Button
          variant="default"
          onClick={() => setBreaks([...shift.breaks, { start: last?.end ?? '', end: '' }])}
        >
          {t('calendar.add_break')}
        </Button>
        {onCopy !== undefined && (
          <Button variant="default" onClick={onCopy}>
            {t('calendar.copy_shift')}
          </Button>
        )}
        <Button variant="subtle" onClick={onRemove}>
          {t('calendar.remove_shift')}
        </Button>
      </div>
    </fieldset>
  );
}

interface ClockProps {
  label: string;
  where: string;
  value: string;
  onChange: (clock: string) => void;
}

function Clock({ label, where, value, onChange }: ClockProps) {
  const fault = useFault();
  return (
    <TextInput
      type="time"
      label={label}
      className={classes.clock}
      value={value}
      error={fault(where)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface WeekdaysProps {
  where: string;
  shift: WeekShift;
  onChange: (weekdays: number[]) => void;
}

/** The days on which a shift starts; ticking another one copies it there. */
function Weekdays({ where, shift, onChange }: WeekdaysProps) {
  const { t } = useTranslation();
  const { locale } = useClockface();
  const wrong = useFault()(`${where}.weekdays`);
  return (
    <fieldset className={classes.days}>
      <legend>{t('calendar.starts_on')}</legend>
      {WEEKDAYS.map((weekday) => {
        const on = shift.weekdays.includes(weekday);
        return (
          <label key={weekday} className={classes.day} title={weekdayName(locale, weekday, 'long')}>
            <input
              type="checkbox"
              checked={on}
              aria-label={weekdayName(locale, weekday, 'long')}
              onChange={() =>
                onChange(WEEKDAYS.filter((one) => (one === weekday ? !on : shift.weekdays.includes(one))))
              }
            />
            <span>{weekdayName(locale, weekday)}</span>
          </label>
        );
      })}
      {wrong !== undefined && <p className={classes.fault}>{wrong}</p>}
    </fieldset>
  );
}
