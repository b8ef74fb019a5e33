import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { BellIcon } from '@/components/icons';
import { Recorded } from '@/components/Recorded';
import { useClockface } from '@/components/useClockface';
import { useWordsOf } from '@/components/useWordsOf';
import { useNow } from '@/lib/now';
import { nearTime } from '@/lib/time';
import { alarmsQuery } from '@/features/live/queries';
import classes from '@/features/live/Alarms.module.css';

/** What is wrong right now and what to do about it. Nothing is shown while nothing is wrong. */
export function Alarms() {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const words = useWordsOf();
  const { data } = useQuery(alarmsQuery);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section className={classes.alarms} aria-label={t('alarms.title', { count: data.items.length })}>
      <BellIcon className={classes.icon} />
      <ul>
        {data.items.map((alarm) => (
          <li key={alarm.id}>
            <span className={classes.title}>{words.alarm(alarm.code).title}</span>{' '}
            <time dateTime={alarm.raised_at}>{t('alarms.since', { time: nearTime(face, alarm.raised_at, now) })}</time>
            <p>{words.alarm(alarm.code).next}</p>
            <Recorded>{alarm.detail}</Recorded>
          </li>
        ))}
      </ul>
    </section>
  );
}
