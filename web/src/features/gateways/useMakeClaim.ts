import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import type { Gateway } from '@/api/types';
import { claimQuery, gatewayQuery, type ShownClaim } from '@/features/gateways/queries';

/** Makes a claim code, which this page alone knows from then on. */
export function useMakeClaim() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (gateway: Gateway) =>
      answer(client.POST('/api/gateways/{gateway}/claim-codes', { params: { path: { gateway: gateway.id } } })),
    onSuccess: (claim, gateway) => {
      const shown: ShownClaim = { claim, enrolledBefore: gateway.enrolled_at };
      queries.setQueryData(claimQuery(gateway.id).queryKey, shown);
      queries.setQueryData(gatewayQuery(gateway.id).queryKey, (known) => ({
        ...(known ?? gateway),
        claim_until: claim.expires_at,
      }));
    },
  });
}
