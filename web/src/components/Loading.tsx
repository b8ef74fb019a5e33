import { useTranslation } from 'react-i18next';
import classes from '@/components/Loading.module.css';

/** Stands where a page or a part of it will, until its data is here. */
export function Loading() {
  const { t } = useTranslation();
  return <p className={classes.loading}>{t('live.loading')}</p>;
}
