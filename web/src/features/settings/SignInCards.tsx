import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, client } from '@/api/client';
import type { User } from '@/api/types';
import { AskFirst } from '@/components/AskFirst';
import { Card, Secret } from '@/components/Card';
import { Buttons } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { useClockface } from '@/components/useClockface';
import { signInWaitQuery, usersQuery } from '@/features/settings/queries';
import { useNow } from '@/lib/now';
import { dateAndTime, minuteOfDay } from '@/lib/time';

/** Failed attempts that keep a person out for some minutes, and the way to let them in again. */
export function WaitCard({ user }: { user: User }) {
  const { t } = useTranslation();
  const face = useClockface();
  const queries = useQueryClient();
  const now = useNow();
  const query = signInWaitQuery(user.id);
  const wait = useQuery(query);
  const end = useMutation({
    mutationFn: () => answer(client.DELETE('/api/users/{user}/sign-in-wait', { params: { path: { user: user.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: query.queryKey }),
  });
  const until = wait.data?.until ?? null;
  if (wait.error !== null) return <ProblemNotice error={wait.error} onRetry={() => void wait.refetch()} />;
  if (until === null || Date.parse(until) <= now) return null;
  return (
    <Card
      title={t('users.wait')}
      what={t('users.wait_what', { name: user.name, until: minuteOfDay(face, until) })}
      action={
        <AskFirst
          action={t('users.wait_end')}
          question={t('users.wait_ask', { name: user.name })}
          what={t('users.wait_means')}
          pending={end.isPending}
          onYes={() => end.mutate()}
        />
      }
    >
      {end.error !== null && <ProblemNotice error={end.error} />}
    </Card>
  );
}

/** The way in for who has no password yet, has forgotten it, or has lost the second factor. */
export function PasswordLinkCard({ user }: { user: User }) {
  const { t } = useTranslation();
  const face = useClockface();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (withoutSecondFactor: boolean) =>
      answer(
        client.POST('/api/users/{user}/password-links', {
          params: { path: { user: user.id } },
          body: { without_second_factor: withoutSecondFactor },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
  return (
    <Card title={t('users.link')} what={t(user.has_password ? 'users.link_reset' : 'users.link_invite')}>
      {make.error !== null && <ProblemNotice error={make.error} />}
      {make.data !== undefined && (
        <div role="status">
          <Secret
            label={t('users.link_hand_over', { until: dateAndTime(face, make.data.expires_at) })}
            value={`${globalThis.location.origin}${make.data.path}`}
          />
        </div>
      )}
      <Buttons>
        <Button variant="default" loading={make.isPending} onClick={() => make.mutate(false)}>
          {t('users.link_make')}
        </Button>
        {user.second_factor && (
          <AskFirst
            action={t('users.factor_reset')}
            question={t('users.factor_ask', { name: user.name })}
            what={t('users.factor_means')}
            pending={make.isPending}
            onYes={() => make.mutate(true)}
          />
        )}
      </Buttons>
    </Card>
  );
}
