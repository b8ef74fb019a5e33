import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/components/useMay';
import classes from '@/features/settings/SettingsFrame.module.css';

/** The settings that a person may see, and the one that is open. */
export function SettingsFrame() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <div className={classes.frame}>
      <nav className={classes.nav} aria-label={t('settings.title')}>
        <Link to="/settings/account" className={classes.link} activeProps={{ 'aria-current': 'page' }}>
          {t('account.title')}
        </Link>
        {may.somewhere('configure') && (
          <>
            <Link
              to="/settings/places"
              className={classes.link}
              activeProps={{ 'aria-current': 'page' }}
              activeOptions={{ includeSearch: false }}
            >
              {t('places.title')}
            </Link>
            <Link to="/settings/part-numbers" className={classes.link} activeProps={{ 'aria-current': 'page' }}>
              {t('parts.title')}
            </Link>
            <Link
              to="/settings/calendar"
              className={classes.link}
              activeProps={{ 'aria-current': 'page' }}
              activeOptions={{ includeSearch: false }}
            >
              {t('calendar.title')}
            </Link>
          </>
        )}
        {may.everywhere('administer') && (
          <Link to="/settings/users" className={classes.link} activeProps={{ 'aria-current': 'page' }}>
            {t('users.title')}
          </Link>
        )}
        {may.everywhere('audit') && (
          <Link
            to="/settings/audit"
            className={classes.link}
            activeProps={{ 'aria-current': 'page' }}
            activeOptions={{ includeSearch: false }}
          >
            {t('audit.title')}
          </Link>
        )}
        {may.everywhere('administer') && (
          <Link to="/settings/server" className={classes.link} activeProps={{ 'aria-current': 'page' }}>
            {t('server.title')}
          </Link>
        )}
      </nav>
      <div className={classes.page}>
        <Outlet />
      </div>
    </div>
  );
}
