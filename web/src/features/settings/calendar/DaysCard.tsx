import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExceptionalDays } from '@/api/types';
import { useClockface } from '@/components/useClockface';
import { readHolidays, utf8 } from '@/features/settings/calendar/days';
import { useFault } from '@/features/settings/calendar/faults';
import { ShiftRow } from '@/features/settings/calendar/ShiftRow';
import { YearOverview } from '@/features/settings/calendar/YearOverview';
import { Card } from '@/components/Card';
import classes from '@/features/settings/calendar/Calendar.module.css';

interface Props {
  days: readonly ExceptionalDays[];
  zone: string;
  today: string;
  onChange: (days: ExceptionalDays[]) => void;
}

/** Holidays and days with shifts of their own, as rows of one year and as that year at a glance. */
export function DaysCard({ days, zone, today, onChange }: Props) {
  const { t } = useTranslation();
  const face = useClockface();
  const [year, setYear] = useState(Number(today.slice(0, 4)));
  const shown = days.flatMap((day, at) => (inYear(day, year) ? [{ day, at }] : []));
  const set = (at: number, next: ExceptionalDays) => onChange(days.map((one, index) => (index === at ? next : one)));
  const add = (first: string) => onChange([...days, { first, last: first, name: '', shifts: [] }]);
  const years = [...new Set([...days.map((day) => Number(day.first.slice(0, 4))), year - 1, year, year + 1])];
  return (
    <Card title={t('calendar.days')} what={t('calendar.days_what')}>
      <div className={classes.line}>
        <NativeSelect
          label={t('calendar.year')}
          value={year}
          onChange={(event) => setYear(Number(event.currentTarget.value))}
          data={years
            .filter((one) => one >= 1970)
            .sort((a, b) => a - b)
            .map((one) => ({ value: String(one), label: String(one) }))}
        />
      </div>
      <YearOverview year={year} days={days} face={{ ...face, zone }} />
      {shown.length === 0 && <p>{t('calendar.no_days', { year })}</p>}
      <ol className={classes.shifts}>
        {shown.map(({ day, at }) => (
          <li key={at}>
            <DayRow
              where={`days.${at}`}
              day={day}
              onChange={(next) => set(at, next)}
              onRemove={() => onChange(days.filter((_, index) => index !== at))}
            />
          </li>
        ))}
      </ol>
      <div className={classes.line}>
        <Button variant="default" onClick={() => add(today.startsWith(String(year)) ? today : `${year}-01-01`)}>
          {t('calendar.add_day')}
        </Button>
        <HolidayFileButton days={days} onChange={onChange} />
      </div>
    </Card>
  );
}

function inYear(day: ExceptionalDays, year: number): boolean {
  // A day whose date is being typed is shown wherever one looks.
  if (day.first === '' || day.last === '') return true;
  return Number(day.first.slice(0, 4)) <= year && year <= Number(day.last.slice(0, 4));
}

interface DayProps {
  where: string;
  day: ExceptionalDays;
  onChange: (day: ExceptionalDays) => void;
  onRemove: () => void;
}

function DayRow({ where, day, onChange, onRemove }: DayProps) {
  const { t } = useTranslation();
  const fault = useFault();
  const setShifts = (shifts: ExceptionalDays['shifts']) => onChange({ ...day, shifts });
  const addShift = () => setShifts([...day.shifts, { name: t('calendar.shift_extra'), start: '06:00', end: '14:00', breaks: [] }]);
  return (
    <fieldset className={classes.shift}>
      <legend>{day.shifts.length === 0 ? t('calendar.holiday') : t('calendar.special_day')}</legend>
      <div className={classes.line}>
        <TextInput
          label={t('calendar.day_name')}
          value={day.name}
          maxLength={100}
          error={fault(`${where}.name`)}
          onChange={(event) => onChange({ ...day, name: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('calendar.first_day')}
          value={day.first}
          error={fault(`${where}.first`)}
          onChange={(event) => {
            const first = event.currentTarget.value;
            // One day stays one day; a longer time keeps its end.
            onChange({ ...day, first, last: day.last === day.first || day.last < first ? first : day.last });
          }}
        />
        <TextInput
          type="date"
          label={t('calendar.last_day')}
          value={day.last}
          error={fault(`${where}.last`)}
          onChange={(event) => onChange({ ...day, last: event.currentTarget.value })}
        />
        <Button variant="default" onClick={addShift}>
          {t(day.shifts.length === 0 ? 'calendar.work_that_day' : 'calendar.add_shift')}
        </Button>
        <Button variant="subtle" onClick={onRemove}>
          {t('calendar.remove_day')}
        </Button>
      </div>
      {day.shifts.map((shift, at) => (
        <ShiftRow
          key={at}
          where={`${where}.shifts.${at}`}
          number={at + 1}
          shift={shift}
          onChange={(next) => setShifts(day.shifts.map((one, index) => (index === at ? next : one)))}
          onRemove={() => setShifts(day.shifts.filter((_, index) => index !== at))}
        />
      ))}
    </fieldset>
  );
}

/** Takes holidays from a file; a date that is in the calendar already stays what it is. */
function HolidayFileButton({ days, onChange }: Pick<Props, 'days' | 'onChange'>) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState('');
  const take = async (file: File) => {
    const text = utf8(await file.arrayBuffer());
    if (text === undefined) {
      setTold(t('calendar.csv_not_utf8'));
      return;
    }
    const read = readHolidays(text);
    const fresh = read.days.filter(
      (day, at) =>
        !days.some((one) => one.first <= day.first && day.first <= one.last) &&
        read.days.findIndex((one) => one.first === day.first) === at,
    );
    onChange([...days, ...fresh].sort((a, b) => a.first.localeCompare(b.first)));
    const unread = read.unread.slice(0, 10);
    const left = unread.length === 0 ? '' : t('calendar.csv_unread', { count: unread.length, lines: unread.join(', ') });
    setTold(`${t('calendar.csv_read', { count: fresh.length })} ${left}`);
  };
  return (
    <>
      <Button variant="default" onClick={() => input.current?.click()}>
        {t('calendar.csv')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv,text/plain"
        hidden
        aria-label={t('calendar.csv')}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) void take(file);
        }}
      />
      <small role="status">{told === '' ? t('calendar.csv_what') : told}</small>
    </>
  );
}
