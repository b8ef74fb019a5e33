import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { WeekShift } from '@/api/types';
import { More } from '@/components/More';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { revisionsQuery } from '@/features/settings/calendar/queries';
import { Card } from '@/components/Card';
import { dateAndTime } from '@/lib/time';
import forms from '@/features/settings/Form.module.css';

/** Who has changed the calendar, the newest first. */
export function Revisions({ site, zone }: { site: string; zone: string }) {
  const { t } = useTranslation();
  const face = useClockface();
  const list = useInfiniteQuery(revisionsQuery(site));
  const revisions = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t('calendar.revisions')} what={t('calendar.revisions_what')}>
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      <ol className={forms.rows}>
        {revisions.map((one) => (
          <li key={one.revision} className={forms.row}>
            <span>
              <b>{t('calendar.revision_number', { number: one.revision })}</b>
              <small>
                {namesOf(one.weeks.at(-1)?.shifts ?? []) ?? t('calendar.round_the_clock')}
                {' · '}
                {t('calendar.count_days', { count: one.days.length })}
              </small>
            </span>
            <span>
              {one.changed_by}
              <small>{one.changed_at === null ? '' : dateAndTime({ ...face, zone }, one.changed_at)}</small>
            </span>
          </li>
        ))}
      </ol>
      <More list={list}>{t('audit.older')}</More>
    </Card>
  );
}

function namesOf(shifts: readonly WeekShift[]): string | undefined {
  return shifts.length === 0 ? undefined : shifts.map((shift) => shift.name).join(', ');
}
