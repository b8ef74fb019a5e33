import { useQueryClient } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import { PART_NUMBERS } from '@/api/masters';
import { removeAsShown } from '@/api/removal';
import type { PartNumber } from '@/api/types';
import { useRemoval } from '@/components/useRemoval';

/** Takes the ideal cycle time of a part at one place away, and puts it back. */
export function useCycleRemoval(part: string) {
  const queries = useQueryClient();
  return useRemoval({
    remove: (cycle: PartNumber['cycles'][number]) => {
      const path = { part, place: cycle.place };
      return removeAsShown({
        path: `/api/part-numbers/${part}/cycles/${cycle.place}`,
        shown: cycle,
        read: () => client.GET('/api/part-numbers/{part}/cycles/{place}', { params: { path } }),
        remove: (header) => client.DELETE('/api/part-numbers/{part}/cycles/{place}', { params: { path, header } }),
      });
    },
    putBack: ({ place, ideal_cycle_ms }) =>
      answer(
        client.PUT('/api/part-numbers/{part}/cycles/{place}', {
          params: { path: { part, place }, header: { 'If-None-Match': '*' } },
          body: { ideal_cycle_ms },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: [PART_NUMBERS] }),
  });
}
