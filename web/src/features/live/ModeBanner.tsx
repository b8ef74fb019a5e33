import { useTranslation } from 'react-i18next';
import type { Mode } from '@/api/types';
import { MODE_ICON } from '@/components/ModeBadge';
import classes from '@/features/live/ModeBanner.module.css';

/** Anything but production, across the whole page: whether verdicts reject parts cannot be overlooked. */
export function ModeBanner({ mode }: { mode: Mode | null }) {
  const { t } = useTranslation();
  if (mode === 'production') return null;
  const shown = mode ?? 'unknown';
  const Icon = MODE_ICON[shown];
  return (
    <section className={classes.banner} data-mode={shown} aria-label={t('live.mode')}>
      <Icon className={classes.icon} />
      <p>
        <strong>{t(`station.mode.${shown}.title`)}</strong> <span>{t(`station.mode.${shown}.what`)}</span>
      </p>
    </section>
  );
}
