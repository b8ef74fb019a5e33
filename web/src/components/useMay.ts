import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { placesQuery } from '@/api/masters';
import { sessionQuery } from '@/api/session';
import { mayOf, type May } from '@/components/may';

/** What this person may do where. Until session and places are here, nothing. */
export function useMay(): May {
  const user = useQuery(sessionQuery).data?.user;
  // Who has no role anywhere is not told of places.
  const places = useQuery({ ...placesQuery, enabled: user?.permissions.includes('view') ?? false }).data?.items;
  return useMemo(() => mayOf(user, places ?? []), [user, places]);
}
