import type { ReactNode, Ref } from 'react';
import classes from '@/components/Dialog.module.css';

interface Props {
  ref: Ref<HTMLDialogElement>;
  /** The id of its title. */
  labelledBy: string;
  /** For a table; else as wide as a sentence. */
  wide?: boolean;
  onClose?: () => void;
  children: ReactNode;
}

/** The browser's own dialog: it keeps the keyboard inside, and gives it back where it was opened. */
export function Dialog({ ref, labelledBy, wide = false, onClose, children }: Props) {
  return (
    <dialog ref={ref} className={classes.dialog} data-wide={wide || undefined} aria-labelledby={labelledBy} onClose={onClose}>
      {children}
    </dialog>
  );
}
