import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '@/api/session';
import { formatLocale, type Clockface } from '@/lib/time';

/** Times are the site's: a part made at 06:00 in the plant reads 06:00 at headquarters too. */
export function useClockface(): Clockface {
  const { i18n } = useTranslation();
  const { data } = useQuery(sessionQuery);
  const zone = data?.site?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const locale = formatLocale(i18n.language, navigator.languages);
  return useMemo(() => ({ locale, zone }), [locale, zone]);
}
