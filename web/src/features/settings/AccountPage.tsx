import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '@/components/Notice';
import { PasswordCard } from '@/features/settings/PasswordCard';
import { accountQuery } from '@/features/settings/queries';
import { SecondFactorCard } from '@/features/settings/SecondFactorCard';
import { SessionsCard } from '@/features/settings/SessionsCard';
import { TokensCard } from '@/features/settings/TokensCard';
import classes from '@/features/settings/Page.module.css';

/** One's own account. */
export function AccountPage() {
  const { t } = useTranslation();
  const account = useQuery(accountQuery);
  return (
    <>
      <div className={classes.head}>
        <div>
          <h1>{t('account.title')}</h1>
          <p>{account.data?.name}</p>
        </div>
      </div>
      {account.error !== null && <ProblemNotice error={account.error} onRetry={() => void account.refetch()} />}
      <PasswordCard />
      {account.data !== undefined && <SecondFactorCard account={account.data} />}
      <SessionsCard />
      <TokensCard />
    </>
  );
}
