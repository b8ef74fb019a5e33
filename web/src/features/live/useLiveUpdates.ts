import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useStreamEvents, useStreamStatus } from '@/api/stream';
import { applyEvent } from '@/features/live/liveStations';
import { alarmsQuery, linesQuery, stationsQuery } from '@/features/live/queries';
import type { StreamEvent } from '@/lib/sse';

/** The figures of a line are those of several stations together, which the stream does not add up. */
const LINES_ASKED_EVERY_MS = 2_000;

/** Keeps what the page shows current from the stream, and asks the server again where the stream cannot tell. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  const { phase } = useStreamStatus();
  const asked = useRef(0);
  const onEvent = useCallback(
    (event: StreamEvent) => {
      if (event.event === 'alarm' || event.event === 'reset') void queries.invalidateQueries(alarmsQuery);
      const known = queries.getQueryData(stationsQuery.queryKey);
      if (known === undefined) return;
      const outcome = applyEvent(known.items, event);
      if (outcome.kind === 'changed') queries.setQueryData(stationsQuery.queryKey, { ...known, items: outcome.stations });
      if (outcome.kind === 'refetch') void queries.invalidateQueries(stationsQuery);
      if (event.event !== 'kpis' && event.event !== 'reset') return;
      const now = Date.now();
      if (now - asked.current < LINES_ASKED_EVERY_MS) return;
      asked.current = now;
      void queries.invalidateQueries(linesQuery);
    },
    [queries],
  );
  useStreamEvents(onEvent);
  useEffect(() => {
    // What happened between the first answer and the open stream is in neither.
    if (phase === 'open') void queries.invalidateQueries({ queryKey: ['live'] });
  }, [phase, queries]);
}
