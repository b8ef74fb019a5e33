import { Button, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '@/components/Notice';
import { PasswordField } from '@/components/PasswordField';
import classes from '@/features/session/Credentials.module.css';

interface Props {
  action: string;
  /** A new password is offered to the browser's store, a current one is asked from it. */
  fresh: boolean;
  error: Error | null;
  pending: boolean;
  onSubmit: (name: string, password: string, code: string) => void;
  /** Name and password are right; the account asks for a code as well. */
  asksCode?: boolean;
}

export function Credentials({ action, fresh, error, pending, onSubmit, asksCode = false }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSubmit(name.trim(), password, code.trim());
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={t('session.name')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        required
        withAsterisk={false}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordField label={t('session.password')} name="password" fresh={fresh} value={password} onChange={setPassword} />
      {asksCode && (
        <TextInput
          label={t('session.code')}
          description={t('session.code_rule')}
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      {error !== null && <ProblemNotice error={error} />}
      <Button type="submit" size="md" loading={pending}>
        {action}
      </Button>
    </form>
  );
}
