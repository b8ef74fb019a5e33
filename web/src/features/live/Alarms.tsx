import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { BellIcon } from '@/components/icons';
import { ProblemNotice } from '@/components/Notice';
import { Recorded } from '@/components/Recorded';
import { useClockface } from '@/components/useClockface';
import type { Alarm, LiveStation } from '@/api/types';
import { useWordsOf } from '@/components/useWordsOf';
import { useNow } from '@/lib/now';
import { nearTime } from '@/lib/time';
import { alarmsQuery } from '@/features/live/queries';
import classes from '@/features/live/Alarms.module.css';

/**
 * What is wrong right now and what to do about it, of one station or everywhere. Nothing is shown while nothing is wrong;
 * alarms that cannot be fetched are not taken for none.
 */
export function Alarms({ station }: { station?: LiveStation }) {
  const { data, error, refetch } = useQuery(alarmsQuery);
  const shown = data?.items.filter((alarm) => station === undefined || concerns(alarm, station)) ?? [];
  return (
    <>
      {error !== null && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {shown.length > 0 && <Shown alarms={shown} />}
    </>
  );
}

function Shown({ alarms }: { alarms: readonly Alarm[] }) {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const words = useWordsOf();
  return (
    <section className={classes.alarms} aria-label={t('alarms.title', { count: alarms.length })}>
      <BellIcon className={classes.icon} />
      <ul>
        {alarms.map((alarm) => (
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

/** A subject is the station or its gateway, or something of it: `0192…/camera`. */
function concerns({ subject }: { subject: string }, { station, gateway }: LiveStation): boolean {
  const [whole] = subject.split('/');
  return whole === station.id || whole === gateway?.id;
}
