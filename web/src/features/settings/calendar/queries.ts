import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import type { CalendarPlan } from '@/api/types';

export function calendarPath(site: string): string {
  return `/api/places/${site}/calendar`;
}

export function calendarQuery(site: string) {
  return queryOptions({
    queryKey: ['calendar', site],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/places/{place}/calendar', { params: { path: { place: site } }, signal })),
    // Figures of the past are computed again in the background: look until they are done.
    refetchInterval: (query) => (query.state.data?.figures_follow === true ? 2000 : false),
  });
}

const REVISIONS_AT_ONCE = 20;

export function revisionsQuery(site: string) {
  return infiniteQueryOptions({
    queryKey: ['calendar', site, 'revisions'],
    queryFn: ({ pageParam, signal }) =>
      answer(
        client.GET('/api/places/{place}/calendar/revisions', {
          params: { path: { place: site }, query: { limit: REVISIONS_AT_ONCE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function previewQuery(site: string, from: string, to: string) {
  return queryOptions({
    queryKey: ['calendar', site, 'preview', from, to],
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/places/{place}/calendar/preview', { params: { path: { place: site }, query: { from, to } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function consequenceQuery(site: string, plan: CalendarPlan) {
  return queryOptions({
    queryKey: ['calendar', site, 'consequence', plan],
    queryFn: ({ signal }) =>
      answer(
        client.POST('/api/places/{place}/calendar/consequence', { params: { path: { place: site } }, body: plan, signal }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}
