import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatLocale, span } from '@/lib/time';

export interface Figures {
  count: (value: number) => string;
  /** A share of 1 as a percentage with one decimal; a dash where it is not known. */
  percent: (share: number | null) => string;
  /** A difference of two shares, in percentage points. */
  points: (share: number) => string;
  score: (value: number) => string;
  ms: (value: number) => string;
  /** `1.9 s`, to the millisecond. */
  seconds: (ms: number) => string;
  /** `48.2 GB` */
  megabytes: (value: number) => string;
  /** `2 h 14 min` */
  duration: (ms: number) => string;
}

/** Numbers and spans in the chosen language. */
export function useFigures(): Figures {
  const { i18n, t } = useTranslation();
  const locale = formatLocale(i18n.language, navigator.languages);
  return useMemo(() => {
    const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    const share = new Intl.NumberFormat(locale, {
      style: 'percent',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    const score = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    const tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
    const small = new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });
    const large = new Intl.NumberFormat(locale, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 });
    return {
      count: (value) => whole.format(value),
      percent: (value) => (value === null ? '–' : share.format(value)),
      points: (value) => tenth.format(value * 100),
      score: (value) => score.format(value),
      ms: (value) => `${value < 10 ? tenth.format(value) : whole.format(value)} ms`,
      seconds: (ms) => `${fine.format(ms / 1000)} s`,
      megabytes: (value) => (value < 1000 ? small.format(value) : large.format(value / 1000)),
      duration: (ms) => {
        const { unit, count, rest } = span(ms);
        const whole = rest === 0 && (unit === 'hours' || unit === 'days');
        return t(`span.${whole ? (`whole_${unit}` as const) : unit}`, { count, rest });
      },
    };
  }, [locale, t]);
}
