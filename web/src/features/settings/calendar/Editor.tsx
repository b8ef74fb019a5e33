import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import type { Calendar, CalendarPlan } from '@/api/types';
import { useEdit } from '@/components/useEdit';
import { plusDays } from '@/features/settings/calendar/days';
import { DaysCard } from '@/features/settings/calendar/DaysCard';
import { FaultsProvider, type FaultWords } from '@/features/settings/calendar/faults';
import { appliedFrom, inDraft, missingIn, same, weekOn } from '@/features/settings/calendar/plan';
import { calendarPath, consequenceQuery } from '@/features/settings/calendar/queries';
import { SaveBar } from '@/features/settings/calendar/SaveBar';
import { WeeksCard } from '@/features/settings/calendar/WeeksCard';
import { serverNow } from '@/lib/now';
import { wallTime } from '@/lib/time';
import classes from '@/features/settings/calendar/Calendar.module.css';

interface Props {
  site: string;
  calendar: Calendar;
  mayEdit: boolean;
  /** Read the calendar anew and open the editor with it. */
  onReload: () => void;
}

/** A calendar as it was opened, what has been made of it, and what that would change. */
export function Editor({ site, calendar, mayEdit, onReload }: Props) {
  const { t } = useTranslation();
  // What is read behind an open form is not what this person has seen.
  const [opened] = useState<CalendarPlan>(() => ({ weeks: calendar.weeks, days: calendar.days }));
  const [draft, setDraft] = useState(opened);
  const [today] = useState(() => wallTime({ locale: 'en', zone: calendar.timezone }, serverNow()).slice(0, 10));
  const [from, setFrom] = useState<string | undefined>(today);
  const { plan, origin } = useMemo(() => appliedFrom(opened, draft, from), [opened, draft, from]);
  const changed = !same(draft, opened);
  const missing = missingIn(draft);
  // A change of the week that holds today ends where the next one begins: it cannot hold from a later day on.
  const next = draft.weeks[weekOn(draft.weeks, today) + 1]?.first;
  const [asked] = useDebouncedValue(plan, 300);
  const weighed = useQuery({ ...consequenceQuery(site, asked), enabled: mayEdit && changed && missing.length === 0 });
  const faults = weighed.data?.faults ?? [];
  const words: FaultWords = new Map([
    ...faults.map(({ where, fault }) => [inDraft(where, origin), t(`calendar.fault.${fault}`)] as const),
    ...missing.map((where) => [where, t('calendar.fault.missing')] as const),
  ]);
  const edit = useEdit({
    path: calendarPath(site),
    send: (body: CalendarPlan, header) =>
      client.PUT('/api/places/{place}/calendar', { params: { path: { place: site }, header }, body }),
    onSaved: onReload,
  });
  return (
    <FaultsProvider value={changed ? words : new Map()}>
      <fieldset disabled={!mayEdit} className={classes.all}>
        <WeeksCard
          weeks={draft.weeks}
          today={today}
          onChange={(weeks) => setDraft((before) => ({ ...before, weeks }))}
        />
        <DaysCard
          days={draft.days}
          zone={calendar.timezone}
          today={today}
          onChange={(days) => setDraft((before) => ({ ...before, days }))}
        />
      </fieldset>
      {changed && (
        <SaveBar
          consequence={missing.length === 0 && same(asked, plan) ? weighed.data : undefined}
          faulty={words.size > 0}
          error={weighed.error}
          today={today}
          from={from}
          latest={next == null || next === '' ? undefined : plusDays(next, -1)}
          fromMatters={!same(appliedFrom(opened, draft, today).plan, draft)}
          onFrom={setFrom}
          edit={edit}
          onSave={() => edit.save(plan)}
          onDiscard={() => setDraft(opened)}
          onReload={onReload}
        />
      )}
    </FaultsProvider>
  );
}
