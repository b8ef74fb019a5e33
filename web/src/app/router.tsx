import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { Problem } from '@/api/client';
import { sessionQuery } from '@/api/session';
import { BrokenPage, BrokenProgram, MissingPage } from '@/app/Fallbacks';
import { Shell } from '@/app/Shell';
import { readSearch } from '@/features/inspections/search';
import { askAhead } from '@/features/kpis/queries';
import { readWindow } from '@/features/kpis/window';
import { landing } from '@/features/session/landing';
import { readAuditSearch, readPartSearch, readPlaceSearch } from '@/features/settings/queries';

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, errorComponent: BrokenProgram, notFoundComponent: MissingPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { to?: string } => (typeof raw.to === 'string' ? { to: raw.to } : {}),
  component: lazyRouteComponent(() => import('@/features/session/SignInPage'), 'SignInPage'),
  errorComponent: BrokenProgram,
});

const firstRun = createRoute({
  getParentRoute: () => root,
  path: '/first-run',
  component: lazyRouteComponent(() => import('@/features/session/FirstRunPage'), 'FirstRunPage'),
  errorComponent: BrokenProgram,
});

const setPassword = createRoute({
  getParentRoute: () => root,
  path: '/set-password',
  component: lazyRouteComponent(() => import('@/features/session/SetPasswordPage'), 'SetPasswordPage'),
  errorComponent: BrokenProgram,
});

/** Everything below asks who is there before it draws anything. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.query({ ...sessionQuery, staleTime: 'static' });
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way of redirecting
        throw redirect({ to: '/sign-in', search: { to: location.href } });
      }
      throw error;
    }
  },
  component: Shell,
  errorComponent: BrokenProgram,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ context }) => {
    const session = context.queries.getQueryData(sessionQuery.queryKey);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way of redirecting
    throw redirect(landing(session?.user.grants ?? []));
  },
});

export interface LiveSearch {
  /** Shown on a screen that nobody touches: larger, without the frame around it. */
  wall?: true;
}

function readWall(raw: Record<string, unknown>): LiveSearch {
  return raw.wall === true ? { wall: true } : {};
}

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/overview',
  validateSearch: readWall,
  component: lazyRouteComponent(() => import('@/features/live/OverviewPage'), 'OverviewPage'),
});

const live = createRoute({
  getParentRoute: () => signedIn,
  path: '/live',
  validateSearch: readWall,
  component: lazyRouteComponent(() => import('@/features/live/LivePage'), 'LivePage'),
});

const station = createRoute({
  getParentRoute: () => signedIn,
  path: '/stations/$id',
  validateSearch: readWall,
  component: lazyRouteComponent(() => import('@/features/live/StationPage'), 'StationPage'),
});

const line = createRoute({
  getParentRoute: () => signedIn,
  path: '/lines/$place',
  validateSearch: readWindow,
  loader: ({ context, params, location }) => askAhead(context.queries, params.place, readWindow(location.search)),
  component: lazyRouteComponent(() => import('@/features/kpis/LinePage'), 'LinePage'),
});

const inspections = createRoute({
  getParentRoute: () => signedIn,
  path: '/inspections',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('@/features/inspections/InspectionsPage'), 'InspectionsPage'),
});

const inspection = createRoute({
  getParentRoute: () => signedIn,
  path: '/inspections/$id',
  component: lazyRouteComponent(() => import('@/features/inspections/InspectionPage'), 'InspectionPage'),
});

const gateways = createRoute({
  getParentRoute: () => signedIn,
  path: '/gateways',
  component: lazyRouteComponent(() => import('@/features/gateways/GatewaysPage'), 'GatewaysPage'),
});

const addGateway = createRoute({
  getParentRoute: () => signedIn,
  path: '/gateways/add',
  component: lazyRouteComponent(() => import('@/features/gateways/AddGatewayPage'), 'AddGatewayPage'),
});

const gateway = createRoute({
  getParentRoute: () => signedIn,
  path: '/gateways/$id',
  component: lazyRouteComponent(() => import('@/features/gateways/GatewayPage'), 'GatewayPage'),
});

const wiring = createRoute({
  getParentRoute: () => signedIn,
  path: '/gateways/$id/wire',
  validateSearch: (raw: Record<string, unknown>): { station?: string } =>
    typeof raw.station === 'string' ? { station: raw.station } : {},
  component: lazyRouteComponent(() => import('@/features/gateways/WiringPage'), 'WiringPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/features/settings/SettingsFrame'), 'SettingsFrame'),
});

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way of redirecting
    throw redirect({ to: '/settings/account' });
  },
});

const account = createRoute({
  getParentRoute: () => settings,
  path: '/account',
  component: lazyRouteComponent(() => import('@/features/settings/AccountPage'), 'AccountPage'),
});

const users = createRoute({
  getParentRoute: () => settings,
  path: '/users',
  component: lazyRouteComponent(() => import('@/features/settings/UsersPage'), 'UsersPage'),
});

const user = createRoute({
  getParentRoute: () => settings,
  path: '/users/$id',
  component: lazyRouteComponent(() => import('@/features/settings/UserPage'), 'UserPage'),
});

const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('@/features/settings/AuditPage'), 'AuditPage'),
});

const calendar = createRoute({
  getParentRoute: () => settings,
  path: '/calendar',
  validateSearch: (raw: Record<string, unknown>): { site?: string } => (typeof raw.site === 'string' ? { site: raw.site } : {}),
  component: lazyRouteComponent(() => import('@/features/settings/calendar/CalendarPage'), 'CalendarPage'),
});

const places = createRoute({
  getParentRoute: () => settings,
  path: '/places',
  validateSearch: readPlaceSearch,
  component: lazyRouteComponent(() => import('@/features/settings/PlacesPage'), 'PlacesPage'),
});

const partNumbers = createRoute({
  getParentRoute: () => settings,
  path: '/part-numbers',
  validateSearch: readPartSearch,
  component: lazyRouteComponent(() => import('@/features/settings/PartNumbersPage'), 'PartNumbersPage'),
});

const partNumber = createRoute({
  getParentRoute: () => settings,
  path: '/part-numbers/$id',
  component: lazyRouteComponent(() => import('@/features/settings/PartNumberPage'), 'PartNumberPage'),
});

const server = createRoute({
  getParentRoute: () => settings,
  path: '/server',
  component: lazyRouteComponent(() => import('@/features/settings/ServerPage'), 'ServerPage'),
});

const tree = root.addChildren([
  signIn,
  firstRun,
  setPassword,
  signedIn.addChildren([
    home,
    overview,
    live,
    station,
    line,
    inspections,
    inspection,
    gateways,
    addGateway,
    gateway,
    wiring,
    settings.addChildren([settingsHome, account, places, partNumbers, partNumber, calendar, users, user, audit, server]),
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({ routeTree: tree, context: { queries }, defaultPreload: 'intent', defaultErrorComponent: BrokenPage });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
