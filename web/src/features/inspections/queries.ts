import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import { toQuery, type InspectionSearch } from '@/features/inspections/search';

export function inspectionsQuery(search: InspectionSearch) {
  return infiniteQueryOptions({
    queryKey: ['inspections', search],
    queryFn: ({ pageParam, signal }) =>
      answer(client.GET('/api/inspections', { params: { query: toQuery(search, pageParam) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function inspectionQuery(id: string) {
  return queryOptions({
    queryKey: ['inspection', id],
    queryFn: ({ signal }) => answer(client.GET('/api/inspections/{inspection}', { params: { path: { inspection: id } }, signal })),
  });
}

export const stationNamesQuery = queryOptions({
  queryKey: ['places', 'stations'],
  queryFn: async ({ signal }) => {
    const places = await answer(client.GET('/api/places', { signal }));
    return places.items.filter((place) => place.kind === 'station');
  },
  staleTime: 60_000,
});
