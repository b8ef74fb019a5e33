import { queryOptions } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import { whole } from '@/api/whole';
import { serverNow } from '@/lib/now';
import { MINUTES_SHOWN } from '@/features/live/minuteBins';

export const stationsQuery = queryOptions({
  queryKey: ['live', 'stations'],
  queryFn: ({ signal }) => answer(client.GET('/api/live/stations', { signal })),
  // The stream keeps it current; the server is asked again only when the stream says so.
  staleTime: Infinity,
});

export const linesQuery = queryOptions({
  queryKey: ['live', 'lines'],
  queryFn: ({ signal }) => answer(client.GET('/api/live/lines', { signal })),
  staleTime: Infinity,
});

export const alarmsQuery = queryOptions({
  queryKey: ['live', 'alarms'],
  queryFn: ({ signal }) => whole((query) => client.GET('/api/alarms', { params: { query: { ...query, state: 'open' } }, signal })),
  staleTime: Infinity,
});

/** How many of the latest bad parts the station's page shows. */
export const LAST_BADS = 4;

/** ``newest`` is the bad part that the stream told of last: another one is a reason to ask again. */
export function lastBadsQuery(station: string, newest: string | null) {
  return queryOptions({
    queryKey: ['live', 'bads', station, newest],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/inspections', { params: { query: { station, verdict: 'bad', limit: LAST_BADS } }, signal })),
    staleTime: Infinity,
  });
}

export function recipesQuery(station: string) {
  return queryOptions({
    queryKey: ['live', 'recipes', station],
    queryFn: ({ signal }) => whole((query) => client.GET('/api/recipes', { params: { query: { ...query, station } }, signal })),
    // A rollout brings another recipe: minutes, not seconds.
    refetchInterval: 120_000,
  });
}

export function evidenceQuery(recipe: string) {
  return queryOptions({
    queryKey: ['live', 'evidence', recipe],
    queryFn: ({ signal }) => answer(client.GET('/api/recipes/{recipe}/evidence', { params: { path: { recipe } }, signal })),
    refetchInterval: 10_000,
  });
}

export function minutesQuery(station: string) {
  return queryOptions({
    queryKey: ['live', 'minutes', station],
    queryFn: ({ signal }) => {
      const to = serverNow();
      const from = to - MINUTES_SHOWN * 60_000;
      const query = {
        place: station,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        step: 'minute' as const,
      };
      return answer(client.GET('/api/kpis/series', { params: { query }, signal }));
    },
    refetchInterval: 10_000,
  });
}
