import { infiniteQueryOptions, queryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import { whole } from '@/api/whole';
import type { InspectionItem, InspectionPage } from '@/api/types';
import { toQuery, type InspectionSearch } from '@/features/inspections/search';

/** Never asked for anew as a whole: what changes is put in its place, what is new is offered on top. */
export function inspectionsQuery(search: InspectionSearch) {
  return infiniteQueryOptions({
    queryKey: ['inspections', 'list', search],
    queryFn: ({ pageParam, signal }) =>
      answer(client.GET('/api/inspections', { params: { query: toQuery(search, pageParam) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: Infinity,
    // Pages do not change by themselves; comparing a hundred thousand rows on every page would be felt.
    structuralSharing: false,
  });
}

/** Puts an inspection that changed in its place in every list that has it. */
export function replaceInLists(queries: QueryClient, item: InspectionItem): void {
  queries.setQueriesData<InfiniteData<InspectionPage>>({ queryKey: ['inspections', 'list'] }, (list) => {
    const at = list?.pages.findIndex((page) => page.items.some((one) => one.id === item.id)) ?? -1;
    if (list === undefined || at < 0) return list;
    const changed = (page: InspectionPage) => ({
      ...page,
      items: page.items.map((one) => (one.id === item.id ? item : one)),
    });
    return { ...list, pages: list.pages.map((page, index) => (index === at ? changed(page) : page)) };
  });
}

/** So much is read anew at once; of a longer list the rest is, when it is scrolled to again. */
const PAGES_READ_ANEW = 5;

/** After a gap in the stream: verdicts of rows that are shown may have been changed in it. */
export function readAnew(queries: QueryClient): void {
  queries.setQueriesData<InfiniteData<InspectionPage>>({ queryKey: ['inspections', 'list'] }, (list) =>
    list === undefined
      ? list
      : { pages: list.pages.slice(0, PAGES_READ_ANEW), pageParams: list.pageParams.slice(0, PAGES_READ_ANEW) },
  );
  void queries.invalidateQueries({ queryKey: ['inspections', 'list'] });
}

export function countsQuery(search: InspectionSearch) {
  return queryOptions({
    queryKey: ['inspections', 'counts', search],
    queryFn: ({ signal }) => answer(client.GET('/api/inspections/counts', { params: { query: search }, signal })),
    staleTime: 10_000,
  });
}

/** How many parts of the list have come since its newest one, that one included. */
export function newerQuery(search: InspectionSearch, since: string | undefined) {
  const query = { ...search, ...(since === undefined ? {} : { from: since }) };
  return queryOptions({
    queryKey: ['inspections', 'newer', search, since],
    queryFn: ({ signal }) => answer(client.GET('/api/inspections/counts', { params: { query }, signal })),
    enabled: since !== undefined,
    staleTime: Infinity,
  });
}

export function inspectionQuery(id: string) {
  return queryOptions({
    queryKey: ['inspection', id],
    queryFn: ({ signal }) => answer(client.GET('/api/inspections/{inspection}', { params: { path: { inspection: id } }, signal })),
  });
}

export const modelsQuery = queryOptions({
  queryKey: ['models', 'approved'],
  queryFn: async ({ signal }) => {
    const models = await whole((query) => client.GET('/api/models', { params: { query }, signal }));
    return models.items.filter((model) => model.package_sha256 !== null);
  },
  staleTime: 60_000,
});

export const HISTORY_LIMIT = 20;

/** Every look at one part, by its whole serial. */
export function serialQuery(serial: string) {
  return queryOptions({
    queryKey: ['inspections', 'serial', serial],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/inspections', { params: { query: { serial, limit: HISTORY_LIMIT } }, signal })),
    enabled: serial !== '',
  });
}
