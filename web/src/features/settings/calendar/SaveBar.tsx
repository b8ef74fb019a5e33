import { Button, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Consequence } from '@/api/types';
import { EditProblem } from '@/components/EditProblem';
import { ProblemNotice } from '@/components/Notice';
import { Consequences } from '@/features/settings/calendar/Consequences';
import classes from '@/features/settings/calendar/Calendar.module.css';

interface Props {
  /** Undefined while it is not known. */
  consequence: Consequence | undefined;
  faulty: boolean;
  error: Error | null;
  today: string;
  /** The day from which a changed week holds; undefined: for the past as well. */
  from: string | undefined;
  /** Undefined: there is no later week. */
  latest: string | undefined;
  fromMatters: boolean;
  onFrom: (day: string | undefined) => void;
  edit: { error: Error | null; isPending: boolean; keepMine: () => void };
  onSave: () => void;
  onDiscard: () => void;
  onReload: () => void;
}

/** What a change would do, from when it holds, and the button that makes it so. */
export function SaveBar({ today, from, latest, fromMatters, onFrom, consequence, faulty, error, edit, ...does }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <section className={classes.save} aria-labelledby={id}>
      <div className={classes.saving}>
        <h2 id={id}>{t('calendar.change')}</h2>
        <Button variant="default" onClick={does.onDiscard}>
          {t('calendar.discard')}
        </Button>
        <Button loading={edit.isPending} disabled={faulty || consequence === undefined} onClick={does.onSave}>
          {t('action.save')}
        </Button>
      </div>
      {fromMatters && (
        <fieldset className={classes.from}>
          <legend>{t('calendar.holds')}</legend>
          <label className={classes.choice}>
            <input type="radio" name={id} checked={from !== undefined} onChange={() => onFrom(today)} />
            {t('calendar.holds_from')}
          </label>
          {from !== undefined && (
            <TextInput
              type="date"
              aria-label={t('calendar.holds_day')}
              value={from}
              max={latest}
              onChange={(event) => {
                const day = event.currentTarget.value;
                if (day !== '') onFrom(latest !== undefined && day > latest ? latest : day);
              }}
            />
          )}
          <label className={classes.choice}>
            <input type="radio" name={id} checked={from === undefined} onChange={() => onFrom(undefined)} />
            {t('calendar.holds_past')}
          </label>
        </fieldset>
      )}
      {faulty ? (
        <p className={classes.fault} role="status">
          {t('calendar.faulty')}
        </p>
      ) : (
        consequence !== undefined && <Consequences consequence={consequence} />
      )}
      {error !== null && <ProblemNotice error={error} />}
      <EditProblem edit={edit} onReload={does.onReload} />
    </section>
  );
}
