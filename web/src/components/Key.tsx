import classes from '@/components/Key.module.css';

/** A key of the keyboard, as it is printed on it. */
export function Key({ children, hidden = false }: { children: string; hidden?: boolean }) {
  return (
    <kbd className={classes.key} aria-hidden={hidden || undefined}>
      {children}
    </kbd>
  );
}
