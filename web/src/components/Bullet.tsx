import classes from '@/components/Bullet.module.css';

interface Props {
  /** Share of 1; null where it is not known. */
  value: number | null;
  target: number;
  tone?: 'normal' | 'warn';
  thick?: boolean;
}

/** A share against its target. Says nothing itself: the figure and its target stand beside it as text. */
export function Bullet({ value, target, tone = 'normal', thick = false }: Props) {
  const clamped = Math.min(1, Math.max(0, value ?? 0));
  return (
    <span className={classes.bullet} data-tone={tone} data-thick={thick || undefined} aria-hidden="true">
      {value === null ? (
        <span className={classes.unknown} />
      ) : (
        <span className={classes.value} style={{ width: `${clamped * 100}%` }} />
      )}
      <span className={classes.target} style={{ left: `${target * 100}%` }} />
    </span>
  );
}
