import { useQueryClient } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import { removeAsShown } from '@/api/removal';
import type { Wiring } from '@/api/types';
import { useRemoval } from '@/components/useRemoval';
import { GATEWAYS, gatewayQuery } from '@/features/gateways/queries';

/** Takes a station away from a gateway and wires it again as it was; either takes effect with the next rollout. */
export function useUnwiring(gateway: string) {
  const queries = useQueryClient();
  return useRemoval({
    remove: (wiring: Wiring) => {
      const path = { gateway, station: wiring.station };
      return removeAsShown({
        path: `/api/gateways/${gateway}/stations/${wiring.station}`,
        shown: wiring,
        read: () => client.GET('/api/gateways/{gateway}/stations/{station}', { params: { path } }),
        remove: (header) => client.DELETE('/api/gateways/{gateway}/stations/{station}', { params: { path, header } }),
      });
    },
    putBack: ({ station, camera, trigger, signals, output }) =>
      answer(
        client.PUT('/api/gateways/{gateway}/stations/{station}', {
          params: { path: { gateway, station }, header: { 'If-None-Match': '*' } },
          body: { camera, trigger, signals, output },
        }),
      ),
    onSettled: async () => {
      await queries.invalidateQueries(gatewayQuery(gateway));
      await queries.invalidateQueries({ queryKey: [GATEWAYS] });
    },
  });
}
