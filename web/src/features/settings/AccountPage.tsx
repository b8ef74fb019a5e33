import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Cards } from '@/components/Card';
import { ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { PasswordCard } from '@/features/settings/PasswordCard';
import { accountQuery } from '@/features/settings/queries';
import { SecondFactorCard } from '@/features/settings/SecondFactorCard';
import { SessionsCard } from '@/features/settings/SessionsCard';
import { TokensCard } from '@/features/settings/TokensCard';

/** One's own account. */
export function AccountPage() {
  const { t } = useTranslation();
  const account = useQuery(accountQuery);
  return (
    <>
      <PageHead title={t('account.title')} beside={account.data?.name} />
      {account.error !== null && <ProblemNotice error={account.error} onRetry={() => void account.refetch()} />}
      <Cards>
        <PasswordCard />
        {account.data !== undefined && <SecondFactorCard account={account.data} />}
        <SessionsCard />
        <TokensCard />
      </Cards>
    </>
  );
}
