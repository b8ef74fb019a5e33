import { Button } from '@mantine/core';
import type { ReactNode, SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { EditProblem } from '@/components/EditProblem';
import classes from '@/components/Form.module.css';

interface Props {
  /** What the button says that sends it; to save, where nothing is given. */
  action?: string;
  /** A form that is not what its page is there for. */
  quiet?: boolean;
  pending: boolean;
  disabled?: boolean;
  /** Its fields are judged here, not by the browser. */
  noValidate?: boolean;
  onSubmit: () => void;
  onCancel?: () => void;
  /** More buttons beside the one that sends it. */
  beside?: ReactNode;
  /** Why this person may look only: the fields rest, and this stands in place of the buttons. */
  locked?: string | undefined;
  /** The fields, and what became of what was sent. */
  children: ReactNode;
}

/** Fields one under the other, and the buttons that end them. */
export function Form({ action, quiet = false, pending, disabled = false, noValidate = false, beside, locked, children, ...does }: Props) {
  const { t } = useTranslation();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    does.onSubmit();
  };
  if (locked !== undefined) {
    return (
      <fieldset disabled className={classes.form}>
        {children}
        <p>{locked}</p>
      </fieldset>
    );
  }
  return (
    <form className={classes.form} onSubmit={submit} noValidate={noValidate}>
      {children}
      <Buttons>
        <Button type="submit" variant={quiet ? 'default' : 'filled'} loading={pending} disabled={disabled}>
          {action ?? t('action.save')}
        </Button>
        {does.onCancel !== undefined && (
          <Button variant="default" onClick={does.onCancel}>
            {t('action.cancel')}
          </Button>
        )}
        {beside}
      </Buttons>
    </form>
  );
}

interface EditProps {
  edit: { error: Error | null; isPending: boolean; isSuccess: boolean; keepMine: () => void };
  /** Said once it is. */
  saved: string;
  onSubmit: () => void;
  /** Read the thing anew and open the form with it. */
  onReload: () => void;
  /** As of any form. */
  locked?: string | undefined;
  children: ReactNode;
}

/** What there is, to be changed: saved over what the person has seen, and never over what somebody else made of it. */
export function EditForm({ edit, saved, onSubmit, onReload, locked, children }: EditProps) {
  return (
    <Form pending={edit.isPending} onSubmit={onSubmit} locked={locked}>
      {children}
      <EditProblem edit={edit} onReload={onReload} />
      {edit.isSuccess && <Said>{saved}</Said>}
    </Form>
  );
}

/** What became of what a person did. */
export function Said({ children }: { children: ReactNode }) {
  return (
    <p className={classes.said} role="status">
      {children}
    </p>
  );
}

export function Buttons({ children }: { children: ReactNode }) {
  return <div className={classes.buttons}>{children}</div>;
}
