import { useId, type ReactNode } from 'react';
import classes from '@/components/Card.module.css';

interface Props {
  title: string;
  /** What it is for, in a sentence. */
  what?: string;
  action?: ReactNode;
  children?: ReactNode;
}

/** One subject of a settings page. */
export function Card({ title, what, action, children }: Props) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <div>
          <h2 id={id}>{title}</h2>
          {what !== undefined && <p className={classes.what}>{what}</p>}
        </div>
        {action !== undefined && action !== false && <div className={classes.action}>{action}</div>}
      </div>
      {children}
    </section>
  );
}

/** Cards side by side where there is room. */
export function Cards({ children }: { children: ReactNode }) {
  return <div className={classes.cards}>{children}</div>;
}

/** Shown once, in full, ready to be copied. */
export function Secret({ label, value }: { label: string; value: string }) {
  return (
    <label className={classes.secret}>
      <span>{label}</span>
      <input readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
    </label>
  );
}
