import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Verdict } from '@/api/types';
import { VERDICT_ICON, VERDICT_TONE } from '@/components/verdicts';
import classes from '@/components/VerdictLegend.module.css';

interface Props {
  verdicts: readonly Verdict[];
  /** How many of each. */
  figure?: (verdict: Verdict) => ReactNode;
}

/** Which colour of a chart is which verdict. */
export function VerdictLegend({ verdicts, figure }: Props) {
  const { t } = useTranslation();
  return (
    <ul className={classes.legend}>
      {verdicts.map((verdict) => {
        const Icon = VERDICT_ICON[verdict];
        return (
          <li key={verdict} data-tone={VERDICT_TONE[verdict]}>
            <Icon /> {t(`verdict.${verdict}`)} {figure !== undefined && <b>{figure(verdict)}</b>}
          </li>
        );
      })}
    </ul>
  );
}
