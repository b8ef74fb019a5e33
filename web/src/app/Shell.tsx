import { ActionIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatch, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '@/api/session';
import { StreamProvider, useStreamStatus } from '@/api/stream';
import { Appearance } from '@/app/Appearance';
import { Person } from '@/app/Person';
import { WallIcon } from '@/components/icons';
import { Logo } from '@/components/Logo';
import { useClockface } from '@/components/useClockface';
import { useNow } from '@/lib/now';
import { minuteOfDay, zoneName } from '@/lib/time';
import classes from '@/app/Shell.module.css';

/** The frame around every page: where you are, whose plant this is, and who you are. */
export function Shell() {
  const { data: session } = useQuery(sessionQuery);
  return (
    <StreamProvider person={session?.user.id ?? ''} lastId={session?.stream_id ?? null}>
      <Frame />
    </StreamProvider>
  );
}

function Frame() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: session } = useQuery(sessionQuery);
  const { phase } = useStreamStatus();
  const inSettings = useMatch({ from: '/signed-in/settings', shouldThrow: false }) !== undefined;
  const onStation = useMatch({ from: '/signed-in/stations/$id', shouldThrow: false }) !== undefined;
  const wall = useSearch({ strict: false, select: (search) => 'wall' in search });
  useEffect(() => {
    if (phase === 'signed_out') void navigate({ to: '/sign-in' });
  }, [phase, navigate]);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-wall', wall);
  }, [wall]);
  return (
    <>
      <a className={classes.skip} href="#page">
        {t('shell.skip')}
      </a>
      {!wall && (
        <header className={classes.header}>
          <Link to="/" className={classes.brand} aria-label={t('shell.home')}>
            <Logo />
          </Link>
          <nav className={classes.nav} aria-label={t('shell.pages')}>
            <Link to="/overview" className={classes.link} activeProps={{ 'aria-current': 'page' }}>
              {t('overview.title')}
            </Link>
            <Link
              to="/live"
              className={classes.link}
              activeProps={{ 'aria-current': 'page' }}
              {...(onStation ? { 'aria-current': 'page' as const } : {})}
            >
              {t('live.title')}
            </Link>
            <Link
              to="/inspections"
              className={classes.link}
              activeProps={{ 'aria-current': 'page' }}
              activeOptions={{ includeSearch: false }}
            >
              {t('inspections.title')}
            </Link>
            {session?.user.permissions.includes('view') && (
              <Link to="/gateways" className={classes.link} activeProps={{ 'aria-current': 'page' }}>
                {t('gateways.title')}
              </Link>
            )}
            <Link to="/settings/account" className={classes.link} {...(inSettings ? { 'aria-current': 'page' as const } : {})}>
              {t('settings.title')}
            </Link>
          </nav>
          <div className={classes.site}>
            <b>{session?.site?.name ?? ''}</b>
            <SiteClock />
          </div>
          <WallLink />
          <Appearance />
          <Person />
        </header>
      )}
      {wall && <LeaveWall />}
      <main id="page" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

/** The page for a screen on a wall: larger, with nothing around it. */
function WallLink() {
  const { t } = useTranslation();
  const onLive = useMatch({ from: '/signed-in/live', shouldThrow: false }) !== undefined;
  const onOverview = useMatch({ from: '/signed-in/overview', shouldThrow: false }) !== undefined;
  const onStation = useMatch({ from: '/signed-in/stations/$id', shouldThrow: false }) !== undefined;
  if (!onLive && !onOverview && !onStation) return null;
  return (
    <ActionIcon
      aria-label={t('live.wall')}
      title={t('live.wall')}
      renderRoot={(props) => <Link to="." search={(search) => ({ ...search, wall: true as const })} {...props} />}
    >
      <WallIcon fontSize={22} />
    </ActionIcon>
  );
}

function LeaveWall() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('shell.pages')}>
      <Link to="." search={({ wall: _wall, ...search }) => search} className={classes.leave}>
        {t('live.leave_wall')}
      </Link>
    </nav>
  );
}

/** The site's time with its zone: every time on every page is of this clock. */
function SiteClock() {
  const face = useClockface();
  const now = useNow();
  return (
    <span>
      <time>{minuteOfDay(face, now)}</time> {zoneName(face, now)}
    </span>
  );
}
