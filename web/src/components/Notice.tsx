import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, UNREACHABLE } from '@/api/client';
import { FaultIcon } from '@/components/icons';
import classes from '@/components/Notice.module.css';

/** What happened and what to do, with the one button that does it. */
export function ProblemNotice({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useTranslation();
  const unreachable = error instanceof Problem && error.code === UNREACHABLE;
  const cause = unreachable ? t('problem.unreachable') : error.message;
  const remedy = unreachable ? t('problem.unreachable_remedy') : error instanceof Problem ? error.remedy : t('problem.reload');
  return (
    <div className={classes.notice} role="alert">
      <FaultIcon className={classes.icon} />
      <div className={classes.words}>
        <p className={classes.cause}>{cause}</p>
        {remedy !== '' && <p>{remedy}</p>}
      </div>
      {onRetry !== undefined && (
        <Button variant="default" onClick={onRetry}>
          {t('action.try_again')}
        </Button>
      )}
    </div>
  );
}

/** A page with nothing on it yet: what this is, and the one next step. */
export function EmptyPage({ drawing, title, children }: { drawing: ReactNode; title: string; children: ReactNode }) {
  return (
    <div className={classes.empty}>
      <div className={classes.drawing}>{drawing}</div>
      <h1>{title}</h1>
      <div className={classes.teaching}>{children}</div>
    </div>
  );
}
