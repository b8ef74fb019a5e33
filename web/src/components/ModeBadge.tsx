import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mode } from '@/api/types';
import { BypassIcon, ChallengeIcon, ObserveIcon, ProductionIcon, SetupIcon, UnknownIcon, type IconProps } from '@/components/icons';
import classes from '@/components/ModeBadge.module.css';

/** Also where a mode is said in larger letters. */
export const MODE_ICON: Record<Mode | 'unknown', ComponentType<IconProps>> = {
  production: ProductionIcon,
  observe: ObserveIcon,
  setup: SetupIcon,
  challenge: ChallengeIcon,
  bypass: BypassIcon,
  unknown: UnknownIcon,
};

/** Always shown: whether verdicts reject parts must never be a guess. */
export function ModeBadge({ mode }: { mode: Mode | null }) {
  const { t } = useTranslation();
  const shown = mode ?? 'unknown';
  const Icon = MODE_ICON[shown];
  return (
    <span className={classes.badge} data-mode={shown}>
      <Icon />
      <span>{t(`mode.${shown}`)}</span>
    </span>
  );
}
