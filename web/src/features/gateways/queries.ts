import { infiniteQueryOptions, queryOptions, skipToken } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import { whole } from '@/api/whole';
import type { ClaimCode } from '@/api/types';

export const GATEWAYS = 'gateways';

export const gatewaysQuery = queryOptions({
  queryKey: [GATEWAYS, 'all'],
  queryFn: ({ signal }) => whole((query) => client.GET('/api/gateways', { params: { query }, signal })),
  // The stream keeps it current.
  staleTime: Infinity,
});

export function gatewayQuery(gateway: string) {
  return queryOptions({
    queryKey: [GATEWAYS, 'one', gateway],
    queryFn: ({ signal }) => answer(client.GET('/api/gateways/{gateway}', { params: { path: { gateway } }, signal })),
    staleTime: Infinity,
  });
}

export function wiringsQuery(gateway: string) {
  return queryOptions({
    queryKey: [GATEWAYS, 'wirings', gateway],
    queryFn: ({ signal }) => answer(client.GET('/api/gateways/{gateway}/stations', { params: { path: { gateway } }, signal })),
  });
}

/** One wiring, as it is edited. */
export function wiringQuery(gateway: string, station: string) {
  return queryOptions({
    queryKey: [GATEWAYS, 'wiring', gateway, station],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/gateways/{gateway}/stations/{station}', { params: { path: { gateway, station } }, signal })),
    // A form that is open is not filled anew behind the person's back.
    staleTime: Infinity,
    gcTime: 0,
  });
}

export function statesQuery(gateway: string) {
  return queryOptions({
    queryKey: [GATEWAYS, 'states', gateway],
    queryFn: ({ signal }) => answer(client.GET('/api/gateways/{gateway}/states', { params: { path: { gateway } }, signal })),
  });
}

export function certificatesQuery(gateway: string) {
  return queryOptions({
    queryKey: [GATEWAYS, 'certificates', gateway],
    queryFn: ({ signal }) =>
      whole((query) => client.GET('/api/gateways/{gateway}/certificates', { params: { path: { gateway }, query }, signal })),
  });
}

const FEW = 10;

export function alarmsQuery(stations: readonly string[]) {
  return queryOptions({
    queryKey: [GATEWAYS, 'alarms', ...stations],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/alarms', { params: { query: { state: 'all', station: [...stations], limit: FEW } }, signal })),
    enabled: stations.length > 0,
  });
}

export function trailQuery(gateway: string) {
  return infiniteQueryOptions({
    queryKey: [GATEWAYS, 'trail', gateway],
    queryFn: ({ pageParam, signal }) =>
      answer(client.GET('/api/audit', { params: { query: { subject: gateway, limit: FEW, cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export interface ShownClaim {
  claim: ClaimCode;
  /** When the gateway had been enrolled, if ever, as the code was made: another time means that the code was used. */
  enrolledBefore: string | null;
}

/** A claim code as it was made on this page. The server has only a hash of it, so nobody can ask for it again. */
export function claimQuery(gateway: string) {
  return queryOptions<ShownClaim | null>({
    queryKey: ['claim', gateway],
    queryFn: skipToken,
    staleTime: Infinity,
    gcTime: Infinity,
  });
}
