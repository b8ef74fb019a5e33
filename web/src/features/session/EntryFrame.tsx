import type { ReactNode } from 'react';
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
