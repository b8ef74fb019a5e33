import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '@/api/session';
import { LogoMark } from '@/components/Logo';
import { EmptyPage } from '@/components/Notice';

/** A plant without a station: what one is, and how the first comes about. */
export function NoStation() {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const mayConfigure = session?.user.permissions.includes('configure') ?? false;
  return (
    <EmptyPage drawing={<LogoMark size={88} />} title={t('live.empty.title')}>
      <p>{t('live.empty.what')}</p>
      {mayConfigure && (
        <>
          <p>{t('live.empty.next')}</p>
          <p>
            <Link to="/settings/places">{t('places.title')}</Link> · <Link to="/gateways/add">{t('gateways.add')}</Link>
          </p>
        </>
      )}
    </EmptyPage>
  );
}
