import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import type { PartState } from '@/api/types';

/** Every place that the person sees; a parent comes before its children. */
export const placesQuery = queryOptions({
  queryKey: ['places', 'all'],
  queryFn: ({ signal }) => answer(client.GET('/api/places', { signal })),
  staleTime: 60_000,
});

/** How the keys of all queries for part numbers begin, of lists and of single ones: a change asks for them anew. */
export const PART_NUMBERS = 'part-numbers';

/**
 * A plant may have ten thousand, so the server finds those with `find` in number or name. Without `state` those in use
 * and the retired ones.
 */
export function partNumbersQuery(wanted: { find: string; state?: PartState }, limit: number) {
  return infiniteQueryOptions({
    queryKey: [PART_NUMBERS, 'list', wanted, limit],
    queryFn: ({ pageParam, signal }) =>
      answer(client.GET('/api/part-numbers', { params: { query: { ...wanted, limit, cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
