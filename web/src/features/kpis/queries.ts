import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import { placesQuery } from '@/api/masters';
import { serverNow } from '@/lib/now';
import { shownWindow, type LineWindow, type Step, type WindowSearch } from '@/features/kpis/window';

/** What follows the line as it runs: asked for again when the stream tells of new figures. */
export const LINE = 'line';
const REJECTS_SHOWN = 8;
const WEEK_MS = 7 * 24 * 3_600_000;

/** The shifts of the last week, the running one included. */
export function shiftsQuery(place: string) {
  return queryOptions({
    queryKey: ['shifts', place],
    queryFn: ({ signal }) => {
      const to = serverNow();
      const query = { place, from: new Date(to - WEEK_MS).toISOString(), to: new Date(to).toISOString() };
      return answer(client.GET('/api/kpis/shifts', { params: { query }, signal }));
    },
    staleTime: 60_000,
    refetchInterval: 60_000,
  });
}

export function kpisQuery(query: LineWindow) {
  return queryOptions({
    queryKey: [LINE, 'kpis', query],
    queryFn: ({ signal }) => answer(client.GET('/api/kpis', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function lossesQuery(query: LineWindow) {
  return queryOptions({
    queryKey: [LINE, 'losses', query],
    queryFn: ({ signal }) => answer(client.GET('/api/kpis/losses', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function statesQuery(query: LineWindow) {
  return queryOptions({
    queryKey: [LINE, 'states', query],
    queryFn: ({ signal }) => answer(client.GET('/api/kpis/states', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function seriesQuery(window: LineWindow, step: Step) {
  return queryOptions({
    queryKey: [LINE, 'series', window, step],
    queryFn: ({ signal }) => answer(client.GET('/api/kpis/series', { params: { query: { ...window, step } }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function controlChartQuery(window: LineWindow, step: Step) {
  return queryOptions({
    queryKey: [LINE, 'control-chart', window, step],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/kpis/control-chart', { params: { query: { ...window, step } }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function paretoQuery(query: LineWindow) {
  return queryOptions({
    queryKey: [LINE, 'pareto', query],
    queryFn: ({ signal }) => answer(client.GET('/api/kpis/pareto', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function rejectsQuery(window: LineWindow) {
  const query = { ...window, verdict: 'bad' as const, limit: REJECTS_SHOWN };
  return queryOptions({
    queryKey: [LINE, 'rejects', query],
    queryFn: ({ signal }) => answer(client.GET('/api/inspections', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Ask for what the page shows first while its code is still on the way. What fails is asked for again by the page. */
export function askAhead(queries: QueryClient, place: string, search: WindowSearch): void {
  const ignore = () => undefined;
  queries.query(placesQuery).catch(ignore);
  queries
    .query(shiftsQuery(place))
    .then(({ items }) => {
      const window = { place, ...shownWindow(search, items, serverNow()) };
      return Promise.all([queries.query(lossesQuery(window)), queries.query(kpisQuery(window)), queries.query(statesQuery(window))]);
    })
    .catch(ignore);
}
