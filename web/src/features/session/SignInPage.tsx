import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, client, Problem } from '@/api/client';
import { ProblemNotice } from '@/components/Notice';
import { Credentials } from '@/features/session/Credentials';
import { EntryFrame } from '@/features/session/EntryFrame';
import { destination, redeem, tokenFrom } from '@/features/session/enter';
import { useEntered } from '@/features/session/useEntered';

const route = getRouteApi('/sign-in');

/** By name and password, or by a link that another signed-in screen made. */
export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { to } = route.useSearch();
  const queries = useQueryClient();
  const entered = useEntered();
  const [asksCode, setAsksCode] = useState(false);
  const [token] = useState(() => tokenFrom(router.state.location.hash));
  const byPassword = useMutation({
    mutationFn: (body: { name: string; password: string; code: string }) => answer(client.POST('/api/session', { body })),
    onSuccess: () => entered(destination(to)),
    onError: (error) => {
      if (missesCode(error)) setAsksCode(true);
    },
  });
  const { mutate: follow, ...byLink } = useMutation({
    mutationFn: redeem,
    onSuccess: () => entered(destination(to)),
  });
  useEffect(() => {
    queries.clear();
    if (token !== '') follow(token);
  }, [token, follow, queries]);

  if (token !== '' && byLink.error === null) {
    return <EntryFrame title={t('session.entering')} lead={t('session.entering_what')}>{null}</EntryFrame>;
  }
  return (
    <EntryFrame title={t('session.sign_in')} lead={t('session.sign_in_what')}>
      {byLink.error !== null && <ProblemNotice error={byLink.error} />}
      <Credentials
        action={t('session.sign_in')}
        fresh={false}
        error={missesCode(byPassword.error) ? null : byPassword.error}
        asksCode={asksCode}
        pending={byPassword.isPending}
        onSubmit={(name, password, code) => byPassword.mutate({ name, password, code })}
      />
    </EntryFrame>
  );
}

function missesCode(error: Error | null): boolean {
  return error instanceof Problem && error.code === 'second_factor_needed';
}
