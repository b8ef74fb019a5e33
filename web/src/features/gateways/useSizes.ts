import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatLocale } from '@/lib/time';

/** Sizes in the chosen language: `48.2 GB`. */
export function useSizes(): { megabytes: (value: number) => string } {
  const { i18n } = useTranslation();
  const locale = formatLocale(i18n.language, navigator.languages);
  return useMemo(() => {
    const small = new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });
    const large = new Intl.NumberFormat(locale, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 });
    return { megabytes: (value) => (value < 1000 ? small.format(value) : large.format(value / 1000)) };
  }, [locale]);
}
