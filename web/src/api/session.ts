import { queryOptions } from '@tanstack/react-query';
import { answer, client } from '@/api/client';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answer(client.GET('/api/session', { signal })),
  staleTime: 60_000,
});
