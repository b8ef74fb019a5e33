import type { Permission, Place, Session } from '@/api/types';

type User = Pick<Session['user'], 'grants' | 'permissions' | 'enterprise_permissions'>;

/** What the person who is signed in may do, and where. The server refuses what it refuses: this is for what a page offers. */
export interface May {
  /** At this place, by a grant for it, for a place above it, or for the whole enterprise. */
  at: (permission: Permission, place: string) => boolean;
  /** To what belongs to no place: part numbers, users, the audit trail. */
  everywhere: (permission: Permission) => boolean;
  /** At some place at least: whether there is anything to go to a page for. */
  somewhere: (permission: Permission) => boolean;
  /** The sites where it may be done. */
  sites: (permission: Permission) => readonly Place[];
}

/** `places` are those that the person sees: a place of a grant is among them, and so is every place below it. */
export function mayOf(user: User | undefined, places: readonly Place[]): May {
  const above = new Map(places.map((place) => [place.id, place.parent]));
  const at = (permission: Permission, place: string) => {
    const held = (user?.grants ?? []).filter((grant) => grant.permissions.includes(permission)).map((grant) => grant.place ?? null);
    if (held.includes(null)) return true;
    for (let here: string | null | undefined = place; here != null; here = above.get(here)) {
      if (held.includes(here)) return true;
    }
    return false;
  };
  return {
    at,
    everywhere: (permission) => user?.enterprise_permissions.includes(permission) ?? false,
    somewhere: (permission) => user?.permissions.includes(permission) ?? false,
    sites: (permission) => places.filter((place) => place.kind === 'site' && at(permission, place.id)),
  };
}
