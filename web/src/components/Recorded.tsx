import type { ReactNode } from 'react';
import classes from '@/components/Recorded.module.css';

/**
 * What a server or a gateway put on record, as it is: evidence is not translated. It is English in every language of
 * the pages, says so to a screen reader, and stands small beside the translated words that carry the meaning.
 */
export function Recorded({ children }: { children: ReactNode }) {
  if (children === '' || children === null || children === undefined) return null;
  return (
    <small lang="en" className={classes.recorded}>
      {children}
    </small>
  );
}
