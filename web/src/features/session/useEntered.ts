import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Opens a page as the person who has just signed in; what an earlier person was shown is forgotten. */
export function useEntered(): (href: string) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return useCallback(
    async (href) => {
      queries.clear();
      await router.navigate({ href, replace: true });
    },
    [queries, router],
  );
}
