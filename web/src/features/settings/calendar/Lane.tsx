import { DAY } from '@/features/settings/calendar/plan';
import classes from '@/features/settings/calendar/Strip.module.css';

export interface LaneBlock {
  /** Minutes since midnight. */
  from: number;
  to: number;
  kind: 'shift' | 'break';
  /** Which of three shades, so that shifts that follow each other are told apart. */
  tone: number;
  label: string;
}

const share = (minutes: number) => `${(minutes / DAY) * 100}%`;

/** A day from midnight to midnight, with its shifts and the breaks in them. */
export function Lane({ blocks }: { blocks: readonly LaneBlock[] }) {
  return (
    <span className={classes.lane}>
      {blocks.map((block, at) => (
        <span
          key={at}
          className={block.kind === 'shift' ? classes.shift : classes.break}
          data-tone={block.tone}
          style={{ left: share(block.from), width: share(block.to - block.from) }}
        >
          {block.to - block.from >= 90 ? block.label : ''}
        </span>
      ))}
    </span>
  );
}

const HOURS = [0, 6, 12, 18, 24];

/** The scale above lanes. */
export function LaneHours() {
  return (
    <div className={classes.row}>
      <span className={classes.day} />
      <span className={classes.hours}>
        {HOURS.map((hour) => (
          <span key={hour} style={{ left: share(hour * 60) }}>
            {hour}:00
          </span>
        ))}
      </span>
    </div>
  );
}
