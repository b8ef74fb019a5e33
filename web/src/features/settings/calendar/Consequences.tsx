import { useTranslation } from 'react-i18next';
import type { Consequence } from '@/api/types';
import { useClockface } from '@/components/useClockface';
import { useWordsOf } from '@/components/useWordsOf';
import { dateName, dayName } from '@/features/settings/calendar/days';
import { useHours } from '@/features/settings/calendar/useHours';
import { dateAndTime } from '@/lib/time';
import classes from '@/features/settings/calendar/Calendar.module.css';

/** Hours a week before and after, what changes of the past, and what the clocks do to shifts. */
export function Consequences({ consequence }: { consequence: Consequence }) {
  const { t } = useTranslation();
  const face = useClockface();
  const hours = useHours();
  const words = useWordsOf();
  const { past } = consequence;
  const weeks = consequence.weeks.filter((week) => week.planned_min !== week.planned_min_before);
  return (
    <div role="status">
      <ul className={classes.consequences}>
        {weeks.length === 0 && <li>{t('calendar.same_hours')}</li>}
        {weeks.map((week) => (
          <li key={week.first}>
            {week.first === null ? t('calendar.from_the_beginning') : t('calendar.from_date', { date: dateName(face.locale, week.first) })}
            {': '}
            <b>
              {t('calendar.hours_change', { before: hours(week.planned_min_before), after: hours(week.planned_min) })}
            </b>
          </li>
        ))}
        <li>
          {past == null
            ? t('calendar.past_stays')
            : t('calendar.past_changes', {
                since: dateAndTime(face, past.since),
                count: past.stations,
                before: hours(past.planned_min_before),
                after: hours(past.planned_min),
              })}
        </li>
        {consequence.clock_changes.flatMap((change) =>
          change.shifts.map((shift) => (
            <li key={`${change.day} ${shift.name}`}>
              {t('calendar.over_clock_change', {
                day: dayName(face.locale, change.day),
                shift: words.shift(shift.name),
                length: hours(shift.length_min),
                usual: hours(shift.usual_min),
              })}
            </li>
          )),
        )}
      </ul>
    </div>
  );
}
