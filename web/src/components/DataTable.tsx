import type { ReactNode } from 'react';
import classes from '@/components/DataTable.module.css';

interface Props {
  label: string;
  /** The table's head and body. */
  children: ReactNode;
}

/** A table of a page. Where it is wider than the page it scrolls by itself, with the keyboard as well. */
export function DataTable({ label, children }: Props) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table}>{children}</table>
    </div>
  );
}
