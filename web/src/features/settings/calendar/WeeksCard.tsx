import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CalendarWeek, WeekShift } from '@/api/types';
import { useClockface } from '@/components/useClockface';
import { dateName } from '@/features/settings/calendar/days';
import { useFault } from '@/features/settings/calendar/faults';
import { plannedOf, templateWeek, weekOn, type Template } from '@/features/settings/calendar/plan';
import { ShiftRow } from '@/features/settings/calendar/ShiftRow';
import { useHours } from '@/features/settings/calendar/useHours';
import { WeekStrip } from '@/features/settings/calendar/WeekStrip';
import { Card } from '@/components/Card';
import classes from '@/features/settings/calendar/Calendar.module.css';

interface Props {
  weeks: readonly CalendarWeek[];
  today: string;
  onChange: (weeks: CalendarWeek[]) => void;
}

const TEMPLATES: readonly Template[] = ['one', 'two', 'three', 'round'];

/** The ordinary weeks, of which one is open: drawn, and as rows to type in. */
export function WeeksCard({ weeks, today, onChange }: Props) {
  const { t } = useTranslation();
  const { locale } = useClockface();
  const hours = useHours();
  const fault = useFault();
  const [chosen, setChosen] = useState(() => weekOn(weeks, today));
  const at = Math.min(chosen, weeks.length - 1);
  const week = weeks[at];
  if (week === undefined) return null;
  const change = (next: CalendarWeek) => onChange(weeks.map((one, index) => (index === at ? next : one)));
  const setShifts = (shifts: WeekShift[]) => change({ ...week, shifts });
  const names = {
    day: t('calendar.shift_day'),
    early: t('calendar.shift_early'),
    late: t('calendar.shift_late'),
    night: t('calendar.shift_night'),
  };
  const add = () => {
    const shift = { name: '', weekdays: [1, 2, 3, 4, 5], start: '06:00', end: '14:00', breaks: [] };
    setShifts([...week.shifts, shift]);
  };
  const addWeek = () => {
    const after = weeks.at(-1);
    const first = after?.first != null && after.first >= today ? '' : today;
    onChange([...weeks, { first, shifts: week.shifts }]);
    setChosen(weeks.length);
  };
  const nameOf = (one: CalendarWeek) => {
    if (one.first === null) return t('calendar.from_the_beginning');
    return one.first === '' ? t('calendar.from_a_date') : t('calendar.from_date', { date: dateName(locale, one.first) });
  };
  const planned = week.shifts.reduce((sum, shift) => sum + (plannedOf(shift) ?? 0) * shift.weekdays.length, 0);
  return (
    <Card title={t('calendar.week')} what={t('calendar.week_what')}>
      <div className={classes.weeks} role="group" aria-label={t('calendar.weeks')}>
        {weeks.map((one, index) => (
          <button
            key={index}
            type="button"
            className={classes.week}
            aria-pressed={index === at}
            onClick={() => setChosen(index)}
          >
            {nameOf(one)}
            {index === weekOn(weeks, today) && <small>{t('calendar.in_force')}</small>}
          </button>
        ))}
        <Button variant="default" onClick={addWeek}>
          {t('calendar.add_week')}
        </Button>
      </div>
      {week.first !== null && (
        <div className={classes.line}>
          <TextInput
            type="date"
            label={t('calendar.week_first')}
            value={week.first}
            error={fault(`weeks.${at}.first`)}
            onChange={(event) => change({ ...week, first: event.currentTarget.value })}
          />
          <Button
            variant="default"
            onClick={() => {
              onChange(weeks.filter((_, index) => index !== at));
              setChosen(Math.max(0, at - 1));
            }}
          >
            {t('calendar.remove_week')}
          </Button>
        </div>
      )}
      <WeekStrip shifts={week.shifts} />
      <p className={classes.total}>
        {week.shifts.length === 0
          ? t('calendar.round_the_clock')
          : t('calendar.planned_a_week', { duration: hours(planned) })}
      </p>
      <div className={classes.line} role="group" aria-label={t('calendar.templates')}>
        <span>{t('calendar.templates')}</span>
        {TEMPLATES.map((template) => (
          <Button key={template} variant="default" onClick={() => setShifts(templateWeek(template, names))}>
            {t(`calendar.template.${template}`)}
          </Button>
        ))}
      </div>
      <ol className={classes.shifts}>
        {week.shifts.map((shift, index) => (
          <li key={index}>
            <ShiftRow
              where={`weeks.${at}.shifts.${index}`}
              number={index + 1}
              shift={shift}
              onChange={(next) => setShifts(week.shifts.map((one, other) => (other === index ? next : one)))}
              onCopy={() => setShifts([...week.shifts, { ...shift, weekdays: [] }])}
              onRemove={() => setShifts(week.shifts.filter((_, other) => other !== index))}
            />
          </li>
        ))}
      </ol>
      <div>
        <Button variant="default" onClick={add}>
          {t('calendar.add_shift')}
        </Button>
      </div>
    </Card>
  );
}

