import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExceptionalDays } from '@/api/types';
import { clockChanges, dateName, daysOfMonth, exceptionOn, monthName, weekdayName } from '@/features/settings/calendar/days';
import { WEEKDAYS } from '@/features/settings/calendar/plan';
import type { Clockface } from '@/lib/time';
import classes from '@/features/settings/calendar/Year.module.css';

interface Props {
  year: number;
  days: readonly ExceptionalDays[];
  face: Clockface;
}

const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** Twelve months with the days that differ. The rows below say the same in words. */
export function YearOverview({ year, days, face }: Props) {
  const { t } = useTranslation();
  const { locale, zone } = face;
  const changes = useMemo(() => clockChanges({ locale, zone }, year), [locale, zone, year]);
  const leading = (month: number) => (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  return (
    <div>
      <div className={classes.year} role="img" aria-label={t('calendar.year_drawn', { year })}>
        {MONTHS.map((month) => (
          <div key={month} className={classes.month}>
            <b>{monthName(locale, year, month)}</b>
            <div className={classes.grid}>
              {WEEKDAYS.map((weekday) => (
                <span key={weekday} className={classes.weekday}>
                  {weekdayName(locale, weekday).slice(0, 1)}
                </span>
              ))}
              {daysOfMonth(year, month).map((day, at) => (
                <span
                  key={day}
                  className={classes.day}
                  data-kind={kindOf(days, day)}
                  data-clock={changes.has(day) || undefined}
                  style={at === 0 ? { gridColumnStart: leading(month) + 1 } : undefined}
                >
                  {at + 1}
                </span>
              ))}
            </div>
          </div>
        ))}
      </div>
      <ul className={classes.legend}>
        <li>
          <span className={classes.day} data-kind="holiday" aria-hidden="true">
            1
          </span>
          {t('calendar.holiday')}
        </li>
        <li>
          <span className={classes.day} data-kind="special" aria-hidden="true">
            1
          </span>
          {t('calendar.special_day')}
        </li>
        {[...changes].map(([day, minutes]) => (
          <li key={day}>
            <span className={classes.day} data-clock aria-hidden="true">
              {Number(day.slice(8))}
            </span>
            {t(minutes < 0 ? 'calendar.clocks_forward' : 'calendar.clocks_back', {
              day: dateName(locale, day),
              minutes: Math.abs(minutes),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}

function kindOf(days: readonly ExceptionalDays[], day: string): 'holiday' | 'special' | undefined {
  const found = exceptionOn(days, day);
  if (found === undefined) return undefined;
  return found.shifts.length === 0 ? 'holiday' : 'special';
}
