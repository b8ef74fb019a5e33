import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '@/api/client';
import { FaultIcon } from '@/components/icons';
import { Recorded } from '@/components/Recorded';
import { useWordsOf } from '@/components/useWordsOf';
import classes from '@/components/Notice.module.css';

interface ProblemProps {
  error: Error;
  onRetry?: () => void;
  /** It stands in place of the page: what happened is the page's heading. */
  wholePage?: boolean;
  /** The list that shows what there is, for an address that names something else. */
  list?: '/gateways' | '/inspections' | '/overview' | '/settings/part-numbers' | '/settings/users';
}

/** What happened and what to do, with the one button that does it. */
export function ProblemNotice({ error, onRetry, wholePage = false, list }: ProblemProps) {
  const { t } = useTranslation();
  const back = list ?? (wholePage ? '/' : undefined);
  const Cause = wholePage ? 'h1' : 'p';
  const { what, next, detail } = useWordsOf().problem(error);
  return (
    <div className={classes.notice} role="alert">
      <FaultIcon className={classes.icon} />
      <div className={classes.words}>
        <Cause className={classes.cause}>{what}</Cause>
        <p>{next}</p>
        <Recorded>{detail}</Recorded>
      </div>
      {isMissing(error) && back !== undefined && (
        <Button variant="default" renderRoot={(props) => <Link to={back} {...props} />}>
          {t(back === '/' ? 'missing.back' : 'missing.list')}
        </Button>
      )}
      {!isMissing(error) && onRetry !== undefined && (
        <Button variant="default" onClick={onRetry}>
          {t('action.try_again')}
        </Button>
      )}
    </div>
  );
}

/** It will not be there either when it is asked for again. */
function isMissing(error: Error): boolean {
  return error instanceof Problem && error.status === 404;
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
