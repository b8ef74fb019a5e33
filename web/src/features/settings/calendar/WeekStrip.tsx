import { useTranslation } from 'react-i18next';
import type { WeekShift } from '@/api/types';
import { useClockface } from '@/components/useClockface';
import { weekdayName } from '@/features/settings/calendar/days';
import { Lane, LaneHours } from '@/features/settings/calendar/Lane';
import { blocksOf, WEEKDAYS } from '@/features/settings/calendar/plan';
import classes from '@/features/settings/calendar/Strip.module.css';

/** An ordinary week, a day a row from midnight to midnight. The rows below say the same in words. */
export function WeekStrip({ shifts }: { shifts: readonly WeekShift[] }) {
  const { t } = useTranslation();
  const { locale } = useClockface();
  const blocks = blocksOf(shifts);
  return (
    <div className={classes.strip} role="img" aria-label={t('calendar.week_drawn')}>
      <LaneHours />
      {WEEKDAYS.map((weekday) => (
        <div key={weekday} className={classes.row}>
          <span className={classes.day}>{weekdayName(locale, weekday)}</span>
          <Lane
            blocks={blocks
              .filter((block) => block.day === weekday - 1)
              .map((block) => ({
                from: block.from,
                to: block.to,
                kind: block.kind,
                tone: block.shift % 3,
                label: block.kind === 'shift' ? (shifts[block.shift]?.name ?? '') : '',
              }))}
          />
        </div>
      ))}
    </div>
  );
}
