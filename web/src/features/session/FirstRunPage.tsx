import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import { Credentials } from '@/features/session/Credentials';
import { EntryFrame, ToSignIn } from '@/features/session/EntryFrame';
import { tokenFrom } from '@/features/session/enter';
import { useEntered } from '@/features/session/useEntered';

/** The first person of a new server. The address with its token stands in the server's own output. */
export function FirstRunPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const entered = useEntered();
  const [token] = useState(() => tokenFrom(router.state.location.hash));
  const first = useMutation({
    mutationFn: (chosen: { name: string; password: string }) =>
      answer(client.POST('/api/session/first-run', { body: { token, ...chosen } })),
    onSuccess: () => entered('/'),
  });
  if (token === '') {
    return (
      <EntryFrame title={t('session.first_run')} lead={t('session.no_token')}>
        <ToSignIn />
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title={t('session.first_run')} lead={t('session.first_run_what')}>
      <Credentials
        action={t('session.begin')}
        fresh
        error={first.error}
        pending={first.isPending}
        onSubmit={(name, password) => first.mutate({ name, password })}
      />
    </EntryFrame>
  );
}
