import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import type { Place } from '@/api/types';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { useMay } from '@/components/useMay';
import { useReopening } from '@/components/useReopening';
import { Editor } from '@/features/settings/calendar/Editor';
import { Preview } from '@/features/settings/calendar/Preview';
import { calendarQuery } from '@/features/settings/calendar/queries';
import { Revisions } from '@/features/settings/calendar/Revisions';
import { PageHead } from '@/components/PageHead';
import { placeChoices } from '@/components/places';
import { dateAndTime } from '@/lib/time';

const route = getRouteApi('/signed-in/settings/calendar');

/** When a site means to produce: its weeks, its holidays, and what comes of them. */
export function CalendarPage() {
  const { t } = useTranslation();
  const { site: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const places = useQuery(placesQuery);
  const all = places.data?.items ?? [];
  const sites = all.filter((place) => place.kind === 'site');
  const site = sites.find((place) => place.id === wanted) ?? sites[0];
  const paths = placeChoices(all);
  return (
    <>
      <PageHead title={t('calendar.title')}>
        {sites.length > 1 && site !== undefined && (
          <NativeSelect
            aria-label={t('calendar.site')}
            value={site.id}
            onChange={(event) => void navigate({ search: { site: event.currentTarget.value } })}
            data={paths
              .filter((choice) => sites.some((one) => one.id === choice.id))
              .map((choice) => ({ value: choice.id, label: choice.path }))}
          />
        )}
      </PageHead>
      {places.error !== null && <ProblemNotice error={places.error} onRetry={() => void places.refetch()} />}
      {places.data !== undefined && site === undefined && <p>{t('calendar.no_site')}</p>}
      {site !== undefined && <SiteCalendar key={site.id} site={site} />}
    </>
  );
}

function SiteCalendar({ site }: { site: Place }) {
  const { t } = useTranslation();
  const face = useClockface();
  const may = useMay();
  const found = useQuery(calendarQuery(site.id));
  const { opened, reopen } = useReopening(calendarQuery(site.id).queryKey);
  const calendar = found.data;
  if (calendar === undefined) {
    return found.error === null ? null : <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />;
  }
  const when = calendar.changed_at === null ? '' : dateAndTime({ ...face, zone: calendar.timezone }, calendar.changed_at);
  return (
    <>
      <p role="status">
        {calendar.revision === 0
          ? t('calendar.never_set', { site: site.name, zone: calendar.timezone })
          : t('calendar.revision', {
              number: calendar.revision,
              who: calendar.changed_by ?? '',
              when,
              zone: calendar.timezone,
            })}{' '}
        {calendar.figures_follow && t('calendar.following')}
      </p>
      <Editor
        key={opened}
        site={site.id}
        calendar={calendar}
        mayEdit={may.at('configure', site.id)}
        onReload={reopen}
      />
      <Preview site={site.id} zone={calendar.timezone} />
      {calendar.revision > 0 && <Revisions site={site.id} zone={calendar.timezone} />}
    </>
  );
}
