import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { Form, Said } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { PasswordField } from '@/components/PasswordField';
import { Card } from '@/components/Card';
import { ownSessionsQuery } from '@/features/settings/queries';

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
  return (
    <Card title={t('account.password')} what={t('account.password_what')}>
      <Form
        action={t('account.change')}
        pending={change.isPending}
        onSubmit={() => change.mutate({ password: present, new: fresh })}
      >
        <PasswordField label={t('account.present')} fresh={false} value={present} onChange={setPresent} />
        <PasswordField label={t('account.new')} fresh value={fresh} onChange={setFresh} />
        {change.error !== null && <ProblemNotice error={change.error} />}
        {change.isSuccess && <Said>{t('account.password_changed')}</Said>}
      </Form>
    </Card>
  );
}
