import { useTranslation } from 'react-i18next';
import type { Gateway } from '@/api/types';
import { FaultIcon } from '@/components/icons';
import { useClockface } from '@/components/useClockface';
import { warnings, type Warning } from '@/features/gateways/health';
import { useFigures } from '@/components/useFigures';
import { day } from '@/lib/time';
import classes from '@/features/gateways/WarningLines.module.css';

/** What needs somebody; `advice` says what to do about it as well. */
export function WarningLines({ gateway, advice = false }: { gateway: Gateway; advice?: boolean }) {
  const say = useWords();
  const found = warnings(gateway);
  if (found.length === 0) return null;
  return (
    <ul className={classes.lines} data-advice={advice || undefined}>
      {found.map((warning) => {
        const { what, next } = say(warning);
        return (
          <li key={warning.key} className={classes.line}>
            <FaultIcon className={classes.icon} />
            <span>
              <b>{what}</b>
              {advice && <span className={classes.next}>{next}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function useWords(): (warning: Warning) => { what: string; next: string } {
  const { t } = useTranslation();
  const face = useClockface();
  const figures = useFigures();
  return (warning) => {
    switch (warning.key) {
      case 'certificate_soon':
      case 'certificate_over':
        return {
          what: t(`gateways.warning.${warning.key}.title`, { until: day(face, warning.until) }),
          next: t(`gateways.warning.${warning.key}.next`),
        };
      case 'disk': {
        const free = figures.megabytes(warning.freeMb);
        return { what: t('gateways.warning.disk.title', { free }), next: t('gateways.warning.disk.next') };
      }
      case 'clock':
        return { what: t('gateways.warning.clock.title'), next: t('gateways.warning.clock.next') };
      case 'refused':
        return {
          what: t('gateways.warning.refused.title', { revision: warning.revision }),
          next: warning.detail === '' ? t('gateways.warning.refused.next') : warning.detail,
        };
      case 'stations':
        return {
          what: t('gateways.warning.stations.title', { count: warning.count }),
          next: t('gateways.warning.stations.next'),
        };
    }
  };
}
