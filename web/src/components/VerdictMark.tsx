import { useTranslation } from 'react-i18next';
import type { Verdict } from '@/api/types';
import { VERDICT_ICON, VERDICT_TONE } from '@/components/verdicts';
import classes from '@/components/VerdictMark.module.css';

/** The verdict as icon and word, in the one colour it has everywhere. */
export function VerdictMark({ verdict, size = 'md' }: { verdict: Verdict; size?: 'md' | 'xl' }) {
  const { t } = useTranslation();
  const Icon = VERDICT_ICON[verdict];
  return (
    <span className={classes.mark} data-tone={VERDICT_TONE[verdict]} data-size={size}>
      <Icon />
      <span>{t(`verdict.${verdict}`)}</span>
    </span>
  );
}
