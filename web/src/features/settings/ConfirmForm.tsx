import { Button, PasswordInput } from '@mantine/core';
import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '@/components/Notice';
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
      <PasswordInput
        label={t('account.present')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': t('session.show_password'), tabIndex: 0 }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
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
