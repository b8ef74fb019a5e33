import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useStreamEvents } from '@/api/stream';
import type { Gateway } from '@/api/types';
import { GATEWAYS, gatewayQuery, gatewaysQuery, statesQuery, wiringsQuery } from '@/features/gateways/queries';
import { withGateway } from '@/features/gateways/health';
import type { StreamEvent } from '@/lib/sse';

/** Keeps the pages of gateways current: the stream tells of each whole gateway, and of what else has to be asked for. */
export function useGatewayUpdates(): void {
  const queries = useQueryClient();
  const onEvent = useCallback(
    ({ event, data }: StreamEvent) => {
      if (event === 'reset') void queries.invalidateQueries({ queryKey: [GATEWAYS] });
      if (event === 'alarm') void queries.invalidateQueries({ queryKey: [GATEWAYS, 'alarms'] });
      if (event === 'rollout') void queries.invalidateQueries({ queryKey: [GATEWAYS, 'states'] });
      if (event !== 'gateway') return;
      const told = JSON.parse(data) as Gateway;
      const { queryKey } = gatewayQuery(told.id);
      const before = queries.getQueryData(queryKey);
      // A name is edited, so it has to come with the tag of what was read.
      if (before !== undefined && before.name !== told.name) void queries.invalidateQueries({ queryKey });
      else if (before !== undefined) queries.setQueryData(queryKey, told);
      queries.setQueryData(gatewaysQuery.queryKey, (list) => list && { ...list, items: withGateway(list.items, told) });
      if (before === undefined || !asksAgain(before, told)) return;
      void queries.invalidateQueries(statesQuery(told.id));
      void queries.invalidateQueries(wiringsQuery(told.id));
      void queries.invalidateQueries({ queryKey: [GATEWAYS, 'certificates', told.id] });
      void queries.invalidateQueries({ queryKey: [GATEWAYS, 'trail', told.id] });
    },
    [queries],
  );
  useStreamEvents(onEvent);
}

/** Whether more than its figures has changed; those come every few seconds. */
function asksAgain(before: Gateway, told: Gateway): boolean {
  const shape = (gateway: Gateway) =>
    JSON.stringify([
      gateway.status,
      gateway.name,
      gateway.claim_until,
      gateway.desired_revision,
      gateway.reported?.active_revision,
      gateway.certificate?.fingerprint,
      gateway.stations,
    ]);
  return shape(before) !== shape(told);
}
