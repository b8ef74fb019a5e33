import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { ProblemNotice } from '@/components/Notice';
import { PasswordField } from '@/components/PasswordField';
import { EntryFrame, ToSignIn } from '@/features/session/EntryFrame';
import { tokenFrom } from '@/features/session/enter';
import classes from '@/features/session/Credentials.module.css';

/** Whoever was invited, or has forgotten their password, chooses one with the link that an administrator made. */
export function SetPasswordPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const [token] = useState(() => tokenFrom(router.state.location.hash));
  const [password, setPassword] = useState('');
  const choose = useMutation({
    mutationFn: () => answer(client.POST('/api/session/password', { body: { token, password } })),
    onSuccess: () => router.navigate({ to: '/sign-in', replace: true }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    choose.mutate();
  };
  if (token === '') {
    return (
      <EntryFrame title={t('session.choose')} lead={t('session.no_link')}>
        <ToSignIn />
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title={t('session.choose')} lead={t('session.choose_what')}>
      <form className={classes.form} onSubmit={submit}>
        <PasswordField label={t('account.new')} fresh value={password} onChange={setPassword} />
        {choose.error !== null && <ProblemNotice error={choose.error} />}
        <Button type="submit" size="md" loading={choose.isPending}>
          {t('session.choose_this')}
        </Button>
      </form>
    </EntryFrame>
  );
}
