import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { ProblemNotice } from '@/components/Notice';
import { PasswordField } from '@/components/PasswordField';
import { Card } from '@/components/Card';
import { ownSessionsQuery } from '@/features/settings/queries';
import classes from '@/features/settings/Form.module.css';

export function PasswordCard() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [present, setPresent] = useState('');
  const [fresh, setFresh] = useState('');
  const change = useMutation({
    mutationFn: (body: { password: string; new: string }) => answer(client.PUT('/api/account/password', { body })),
    onSuccess: async () => {
      setPresent('');
      setFresh('');
      await queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    change.mutate({ password: present, new: fresh });
  };
  return (
    <Card title={t('account.password')} what={t('account.password_what')}>
      <form className={classes.form} onSubmit={submit}>
        <PasswordField label={t('account.present')} fresh={false} value={present} onChange={setPresent} />
        <PasswordField label={t('account.new')} fresh value={fresh} onChange={setFresh} />
        {change.error !== null && <ProblemNotice error={change.error} />}
        {change.isSuccess && (
          <p className={classes.done} role="status">
            {t('account.password_changed')}
          </p>
        )}
        <div className={classes.buttons}>
          <Button type="submit" loading={change.isPending}>
            {t('account.change')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
