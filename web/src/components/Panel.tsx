import type { ReactNode } from 'react';
import type { Verdict } from '@/api/types';
import classes from '@/components/Panel.module.css';

interface Props {
  /** Of the title. */
  id: string;
  title: string;
  /** For those who cannot see what the panel shows at a glance. */
  titleHidden?: boolean;
  /** What stands beside the title: a legend, a link, from when the figures are. */
  aside?: ReactNode;
  /** Over all columns of the grid that it lies in. */
  wide?: boolean;
  /** The verdict that the panel speaks of. */
  verdict?: Verdict;
  children: ReactNode;
}

/** Figures, pictures or a chart under a title; forms are on a `Card`. */
export function Panel({ id, title, titleHidden = false, aside, wide = false, verdict, children }: Props) {
  return (
    <section className={classes.panel} aria-labelledby={id} data-wide={wide || undefined} data-verdict={verdict}>
      {titleHidden ? (
        <h2 id={id} className="visually-hidden">
          {title}
        </h2>
      ) : (
        <div className={classes.head}>
          <h2 id={id}>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
