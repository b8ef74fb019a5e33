import { Button } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LogoMark } from '@/components/Logo';
import { EmptyPage, ProblemNotice } from '@/components/Notice';
import { isUnfetched, reloadWhereThereIsAServer } from '@/lib/unfetched';
import classes from '@/app/Fallbacks.module.css';

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <main>
      <EmptyPage drawing={<LogoMark size={72} />} title={t('missing.title')}>
        <p>{t('missing.what')}</p>
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          {t('missing.back')}
        </Button>
      </EmptyPage>
    </main>
  );
}

/** In place of everything: the frame around the pages is not there either. */
export function BrokenProgram(props: ErrorComponentProps) {
  return (
    <main className={classes.broken}>
      <BrokenPage {...props} />
    </main>
  );
}

/** In place of a page, in the frame around it. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const tryAgain = () => {
    reset();
    void router.invalidate();
  };
  return (
    <ProblemNotice
      wholePage
      error={error instanceof Error ? error : new Error(String(error))}
      onRetry={isUnfetched(error) ? reloadWhereThereIsAServer : tryAgain}
    />
  );
}
