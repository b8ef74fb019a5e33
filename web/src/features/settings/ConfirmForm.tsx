import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { PasswordField } from '@/components/PasswordField';

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
  return (
    <Form action={action} pending={pending} onSubmit={() => onSubmit(password)} onCancel={onCancel}>
      {children}
      <PasswordField label={t('account.present')} fresh={false} value={password} onChange={setPassword} />
      {error !== null && <ProblemNotice error={error} />}
    </Form>
  );
}
