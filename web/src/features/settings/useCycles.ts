import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatLocale } from '@/lib/time';

const HOUR_MS = 3_600_000;

/** What a cycle time means, in the chosen language. */
export function useCycles() {
  const { i18n } = useTranslation();
  const locale = formatLocale(i18n.language, navigator.languages);
  return useMemo(() => {
    const seconds = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
    const parts = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    return {
      /** `1.9 s` */
      seconds: (ms: number) => `${seconds.format(ms / 1000)} s`,
      /** At best, or at a share of it; a dash where no cycle time is known. */
      perHour: (ms: number, share = 1) => (ms === 0 ? '–' : parts.format((HOUR_MS / ms) * share)),
    };
  }, [locale]);
}
