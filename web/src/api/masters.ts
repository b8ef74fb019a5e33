import { queryOptions } from '@tanstack/react-query';
import { answer, client } from '@/api/client';

/** Every place that the person sees; a parent comes before its children. */
export const placesQuery = queryOptions({
  queryKey: ['places', 'all'],
  queryFn: ({ signal }) => answer(client.GET('/api/places', { signal })),
  staleTime: 60_000,
});

export const partNumbersQuery = queryOptions({
  // Those of one part begin with this as well: a change of the list asks for them anew.
  queryKey: ['part-numbers'],
  queryFn: ({ signal }) => answer(client.GET('/api/part-numbers', { signal })),
  staleTime: 60_000,
});
