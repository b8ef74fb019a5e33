import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, client } from '@/api/client';
import { PART_NUMBERS } from '@/api/masters';
import { whole } from '@/api/whole';
import { asText } from '@/lib/address';

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => answer(client.GET('/api/account', { signal })),
});

export const ownSessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => whole((query) => client.GET('/api/account/sessions', { params: { query }, signal })),
});

export const ownTokensQuery = queryOptions({
  queryKey: ['account', 'tokens'],
  queryFn: ({ signal }) => whole((query) => client.GET('/api/account/tokens', { params: { query }, signal })),
});

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => whole((query) => client.GET('/api/users', { params: { query }, signal })),
});

export function userQuery(user: string) {
  return queryOptions({
    queryKey: ['users', user],
    queryFn: ({ signal }) => answer(client.GET('/api/users/{user}', { params: { path: { user } }, signal })),
  });
}

export function userSessionsQuery(user: string) {
  return queryOptions({
    queryKey: ['users', user, 'sessions'],
    queryFn: ({ signal }) =>
      whole((query) => client.GET('/api/users/{user}/sessions', { params: { path: { user }, query }, signal })),
  });
}

export function userTokensQuery(user: string) {
  return queryOptions({
    queryKey: ['users', user, 'tokens'],
    queryFn: ({ signal }) =>
      whole((query) => client.GET('/api/users/{user}/tokens', { params: { path: { user }, query }, signal })),
  });
}

/** Until when failed attempts keep somebody from signing in. */
export function signInWaitQuery(user: string) {
  return queryOptions({
    queryKey: ['users', user, 'sign-in-wait'],
    queryFn: ({ signal }) => answer(client.GET('/api/users/{user}/sign-in-wait', { params: { path: { user } }, signal })),
  });
}

export interface PlaceSearch {
  /** The one that is open. */
  place?: string;
}

export function readPlaceSearch(raw: Record<string, unknown>): PlaceSearch {
  return typeof raw.place === 'string' ? { place: raw.place } : {};
}

/** What the address of the list says: those in use, unless it says otherwise. */
export interface PartSearch {
  find?: string;
  state?: 'retired' | 'all';
}

export function readPartSearch(raw: Record<string, unknown>): PartSearch {
  const find = asText(raw.find);
  return {
    ...(find === undefined ? {} : { find }),
    ...(raw.state === 'retired' || raw.state === 'all' ? { state: raw.state } : {}),
  };
}

export function partNumberCountQuery(find: string) {
  return queryOptions({
    queryKey: [PART_NUMBERS, 'count', find],
    queryFn: ({ signal }) => answer(client.GET('/api/part-numbers/counts', { params: { query: { find } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

export function partNumberQuery(part: string) {
  return queryOptions({
    queryKey: [PART_NUMBERS, 'one', part],
    queryFn: ({ signal }) => answer(client.GET('/api/part-numbers/{part}', { params: { path: { part } }, signal })),
  });
}

/** What one place says of its own. */
export function cycleQuery(part: string, place: string) {
  return queryOptions({
    queryKey: [PART_NUMBERS, 'cycle', part, place],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/part-numbers/{part}/cycles/{place}', { params: { path: { part, place } }, signal })),
    gcTime: 0,
  });
}

export const serverSettingsQuery = queryOptions({
  queryKey: ['server', 'settings'],
  queryFn: ({ signal }) => answer(client.GET('/api/server/settings', { signal })),
});

export function placeQuery(place: string) {
  return queryOptions({
    queryKey: ['places', place],
    queryFn: ({ signal }) => answer(client.GET('/api/places/{place}', { params: { path: { place } }, signal })),
  });
}

export interface AuditSearch {
  actor?: string;
  action?: string;
}

export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    ...(typeof raw.actor === 'string' ? { actor: raw.actor } : {}),
    ...(typeof raw.action === 'string' ? { action: raw.action } : {}),
  };
}

export function auditQuery(search: AuditSearch) {
  return infiniteQueryOptions({
    queryKey: ['audit', search],
    queryFn: ({ pageParam, signal }) =>
      answer(client.GET('/api/audit', { params: { query: { ...search, limit: 100, cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
