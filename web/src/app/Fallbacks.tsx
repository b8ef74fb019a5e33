import { Button } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LogoMark } from '@/components/Logo';
import { EmptyPage, ProblemNotice } from '@/components/Notice';
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

export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main className={classes.broken}>
      <ProblemNotice
        error={error instanceof Error ? error : new Error(String(error))}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </main>
  );
}
