import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LogoMark } from '@/components/Logo';
import { EmptyPage } from '@/components/Notice';
import { useMay } from '@/components/useMay';

/** A plant without a station: what one is, and how the first comes about. */
export function NoStation() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <EmptyPage drawing={<LogoMark size={88} />} title={t('live.empty.title')}>
      <p>{t('live.empty.what')}</p>
      {may.somewhere('configure') && (
        <>
          <p>{t('live.empty.next')}</p>
          <p>
            <Link to="/settings/places">{t('places.title')}</Link>
            {may.sites('configure').length > 0 && (
              <>
                {' · '}
                <Link to="/gateways/add">{t('gateways.add')}</Link>
              </>
            )}
          </p>
        </>
      )}
    </EmptyPage>
  );
}
