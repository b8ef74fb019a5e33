import { useTranslation } from 'react-i18next';
import { LogoMark } from '@/components/Logo';
import { EmptyPage } from '@/components/Notice';

/** A plant without a station: what one is, and how the first comes about. */
export function NoStation() {
  const { t } = useTranslation();
  return (
    <EmptyPage drawing={<LogoMark size={88} />} title={t('live.empty.title')}>
      <p>{t('live.empty.what')}</p>
      <p>{t('live.empty.next')}</p>
      <code>goodpart gateway --join {globalThis.location.origin} --code …</code>
    </EmptyPage>
  );
}
