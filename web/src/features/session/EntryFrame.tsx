import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '@/components/Logo';
import { PartField } from '@/components/PartField';
import classes from '@/features/session/EntryFrame.module.css';

export function EntryFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className={classes.frame}>
      <div className={classes.field}>
        <PartField />
      </div>
      <div className={classes.panel}>
        <Logo size={34} />
        <div>
          <h1>{title}</h1>
          <p className={classes.lead}>{lead}</p>
        </div>
        {children}
      </div>
    </main>
  );
}

/** The way on from a page that needs a link, for who came without one. */
export function ToSignIn() {
  const { t } = useTranslation();
  return (
    <div>
      <Button variant="default" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
        {t('session.sign_in')}
      </Button>
    </div>
  );
}
