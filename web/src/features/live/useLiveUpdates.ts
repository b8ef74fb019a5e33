import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useCallback, useLayoutEffect, useRef } from 'react';
import { useStreamEvents } from '@/api/stream';
import { applyEvent } from '@/features/live/liveStations';
import { alarmsQuery, linesQuery, stationsQuery } from '@/features/live/queries';
import type { StreamEvent } from '@/lib/sse';
import { useThrottled } from '@/lib/useThrottled';

/** The figures of a line are those of several stations together, which the stream does not add up. */
const LINES_ASKED_EVERY_MS = 2_000;

/** Keeps what the page shows current from the stream, and asks the server again where the stream cannot tell. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  const atMost = useThrottled(LINES_ASKED_EVERY_MS);
  const asking = useIsFetching(stationsQuery) > 0;
  /** What happened while the server was being asked: its answer may be from before. */
  const meanwhile = useRef<StreamEvent[]>([]);
  const apply = useCallback(
    (event: StreamEvent) => {
      const known = queries.getQueryData(stationsQuery.queryKey);
      if (known === undefined) return;
      const outcome = applyEvent(known.items, event);
      if (outcome.kind === 'changed') queries.setQueryData(stationsQuery.queryKey, { ...known, items: outcome.stations });
      if (outcome.kind === 'refetch') void queries.invalidateQueries(stationsQuery);
    },
    [queries],
  );
  const onEvent = useCallback(
    (event: StreamEvent) => {
      if (event.event === 'reset') {
        meanwhile.current = [];
        void queries.invalidateQueries({ queryKey: ['live'] });
        return;
      }
      if (event.event === 'alarm') void queries.invalidateQueries(alarmsQuery);
      if (event.event === 'kpis') atMost(() => void queries.invalidateQueries(linesQuery));
      if (queries.isFetching(stationsQuery) > 0) meanwhile.current.push(event);
      apply(event);
    },
    [queries, atMost, apply],
  );
  useStreamEvents(onEvent);
  useLayoutEffect(() => {
    if (asking) return;
    const missed = meanwhile.current;
    meanwhile.current = [];
    for (const event of missed) apply(event);
  }, [asking, apply]);
}
