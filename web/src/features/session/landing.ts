import type { Grant, Role } from '@/api/types';

export interface Landing {
  to: '/overview' | '/gateways' | '/inspections' | '/live' | '/settings/account';
}

/** The role with the widest duty decides, whatever else somebody is elsewhere. */
const ORDER: readonly Role[] = ['admin', 'engineer', 'quality', 'operator', 'viewer'];

/** The page that a person's work begins on. */
export function landing(grants: readonly Grant[]): Landing {
  const role = ORDER.find((one) => grants.some((grant) => grant.role === one));
  switch (role) {
    case 'admin':
    case 'viewer':
      return { to: '/overview' };
    case 'engineer':
      return { to: '/gateways' };
    case 'quality':
      return { to: '/inspections' };
    case 'operator':
      // With one station to see, that page is the station's own.
      return { to: '/live' };
    case undefined:
      // Nothing of the plant is theirs to see.
      return { to: '/settings/account' };
  }
}
