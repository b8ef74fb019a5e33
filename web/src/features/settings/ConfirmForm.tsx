import { Button } from '@mantine/core';
import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '@/components/Notice';
import { PasswordField } from '@/components/PasswordField';
import classes from '@/features/settings/Form.module.css';

interface Props {
  action: string;
  error: Error | null;
  pending: boolean;
  onSubmit: (password: string) => void;
  onCancel: () => void;
  children?: ReactNode;
}

/** What matters to an account is asked for together with its password: a screen that was left open is not enough. */
export function ConfirmForm({ action, error, pending, onSubmit, onCancel, children }: Props) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSubmit(password);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      {children}
      <PasswordField label={t('account.present')} fresh={false} value={password} onChange={setPassword} />
      {error !== null && <ProblemNotice error={error} />}
      <div className={classes.buttons}>
        <Button type="submit" loading={pending}>
          {action}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </div>
    </form>
  );
}
