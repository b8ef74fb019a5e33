import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Gateway } from '@/api/types';
import { Card } from '@/components/Card';
import { More } from '@/components/More';
import { ProblemNotice } from '@/components/Notice';
import { Recorded } from '@/components/Recorded';
import { useClockface } from '@/components/useClockface';
import { useWordsOf } from '@/components/useWordsOf';
import { alarmsQuery, trailQuery } from '@/features/gateways/queries';
import { useNow } from '@/lib/now';
import { dateAndTime, nearTime } from '@/lib/time';
import classes from '@/features/gateways/Facts.module.css';

/** The latest alarms of the gateway's stations, those that are over as well. */
export function AlarmsCard({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const face = useClockface();
  const now = useNow();
  const words = useWordsOf();
  const list = useQuery(alarmsQuery(gateway.stations));
  const alarms = list.data?.items ?? [];
  return (
    <Card title={t('gateways.alarms.title')}>
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {alarms.length === 0 && list.error === null && <p className={classes.none}>{t('gateways.alarms.none')}</p>}
      <ul className={classes.rows}>
        {alarms.map((alarm) => (
          <li key={alarm.id} data-open={alarm.cleared_at === null || undefined}>
            <b>{words.alarm(alarm.code).title}</b>
            <small>
              {alarm.cleared_at === null
                ? t('gateways.alarms.open', { from: nearTime(face, alarm.raised_at, now) })
                : t('gateways.alarms.over', {
                    from: nearTime(face, alarm.raised_at, now),
                    until: nearTime(face, alarm.cleared_at, now),
                  })}
            </small>
            <Recorded>{alarm.detail}</Recorded>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Who did what to this gateway. */
export function TrailCard({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const face = useClockface();
  const words = useWordsOf();
  const list = useInfiniteQuery(trailQuery(gateway.id));
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t('audit.title')}>
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      <ul className={classes.rows}>
        {entries.map((entry) => (
          <li key={entry.number}>
            <b>{words.action(entry.action)}</b>
            <small>
              {dateAndTime(face, entry.at)} · {entry.actor}
            </small>
            <Recorded>{entry.detail}</Recorded>
          </li>
        ))}
      </ul>
      <More list={list}>{t('audit.older')}</More>
    </Card>
  );
}
