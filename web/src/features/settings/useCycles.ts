import { useMemo } from 'react';
import { useFigures } from '@/components/useFigures';

const HOUR_MS = 3_600_000;

/** What a cycle time means, in the chosen language. */
export function useCycles() {
  const figures = useFigures();
  return useMemo(
    () => ({
      seconds: figures.seconds,
      /** At best, or at a share of it; a dash where no cycle time is known. */
      perHour: (ms: number, share = 1) => (ms === 0 ? '–' : figures.count((HOUR_MS / ms) * share)),
    }),
    [figures],
  );
}
