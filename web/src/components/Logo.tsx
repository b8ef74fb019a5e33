import classes from '@/components/Logo.module.css';

/** A ring seen under a gauge: the G of the name, and a part that fits. */
export function LogoMark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <path
        d="M25.7 9.6A11.5 11.5 0 1 0 27.5 16H17"
        fill="none"
        stroke="currentColor"
        strokeWidth="5"
        strokeLinejoin="miter"
      />
      <circle cx="16" cy="16" r="2.5" fill="currentColor" />
    </svg>
  );
}

export function Logo({ size }: { size?: number }) {
  return (
    <span className={classes.logo}>
      <LogoMark {...(size === undefined ? {} : { size })} />
      <span className={classes.word}>Goodpart</span>
    </span>
  );
}
