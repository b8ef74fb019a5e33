import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '@/api/client';
import { sessionQuery } from '@/api/session';
import { FaultIcon } from '@/components/icons';
import classes from '@/components/Notice.module.css';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { isChangedMeanwhile } from '@/components/useEdit';
import { dateAndTime } from '@/lib/time';

interface Props {
  edit: { error: Error | null; isPending: boolean; keepMine: () => void };
  /** Read the thing anew and open the form with it. */
  onReload: () => void;
  /** What somebody else has made of the thing, where a sentence can say it. */
  present?: ReactNode;
}

/** Why a form was not saved. Somebody else's change is named, and nothing is overwritten before it was seen. */
export function EditProblem({ edit, onReload, present }: Props) {
  const { t } = useTranslation();
  const { error } = edit;
  if (error === null) return null;
  if (!isChangedMeanwhile(error)) return <ProblemNotice error={error} />;
  return (
    <div className={classes.notice} role="alert">
      <FaultIcon className={classes.icon} />
      <div className={classes.words}>
        <WhoChanged problem={error} />
        {present !== undefined && <p>{present}</p>}
        <p>{t('edit.remedy')}</p>
        <div className={classes.choices}>
          <Button variant="default" onClick={onReload}>
            {t('edit.reload')}
          </Button>
          {error.tag !== undefined && (
            <Button variant="default" loading={edit.isPending} onClick={edit.keepMine}>
              {t('edit.keep')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

function WhoChanged({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const face = useClockface();
  const { data } = useQuery(sessionQuery);
  const { by, at } = problem.changed ?? {};
  if (by == null || at == null) return <p className={classes.cause}>{t('edit.changed')}</p>;
  const when = dateAndTime(face, at);
  const mine = by === data?.user.name;
  return <p className={classes.cause}>{mine ? t('edit.changed_by_you', { when }) : t('edit.changed_by', { who: by, when })}</p>;
}
