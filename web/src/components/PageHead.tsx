import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from '@/components/PageHead.module.css';

interface Props {
  title: string;
  /** Links to what this page belongs to, the uppermost first. */
  up?: readonly ReactNode[];
  /** Whose it is, or how much there is of it: a few words beside the title. */
  beside?: ReactNode;
  /** What the page is for, in a sentence below the title. */
  what?: string;
  /** What can be done on the page, at the right. */
  children?: ReactNode;
}

/** The first line of a page: where one is, and what can be done here. */
export function PageHead({ title, up = [], beside, what, children }: Props) {
  const { t } = useTranslation();
  return (
    <header className={classes.head}>
      <div className={classes.words}>
        <div className={classes.title}>
          {up.length > 0 && (
            <nav className={classes.up} aria-label={t('inspection.where')}>
              {up.map((link, index) => (
                <span key={index}>
                  {link} {(title !== '' || index + 1 < up.length) && <span aria-hidden="true">›</span>}
                </span>
              ))}
            </nav>
          )}
          {/* Until it is known what is shown here, there is nothing to read out. */}
          {title !== '' && <h1>{title}</h1>}
          {beside !== undefined && <div className={classes.beside}>{beside}</div>}
        </div>
        {what !== undefined && <p className={classes.what}>{what}</p>}
      </div>
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </header>
  );
}
