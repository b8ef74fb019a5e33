import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

/**
 * For a form that begins anew with what there is now: `opened` is part of its key, `reopen` reads everything below the
 * query key and then counts on.
 */
export function useReopening(queryKey: readonly unknown[]) {
  const queries = useQueryClient();
  const [opened, setOpened] = useState(0);
  const reopen = () => void queries.invalidateQueries({ queryKey }).then(() => setOpened((times) => times + 1));
  return { opened, reopen };
}
