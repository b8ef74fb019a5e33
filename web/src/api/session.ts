import { queryOptions, replaceEqualDeep } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import type { Session } from '@/api/types';

/**
 * Read before anything else of a page.
 *
 * So whatever a page reads is no older than `stream_id`, where the stream begins. A later answer names a later place,
 * after things that were told meanwhile: the first one stays.
 */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answer(client.GET('/api/session', { signal })),
  staleTime: 60_000,
  structuralSharing: (before, now) => replaceEqualDeep(before, { ...(now as Session), stream_id: ((before ?? now) as Session).stream_id }),
});
