import classes from '@/components/PartField.module.css';

const COLUMNS = 14;
const ROWS = 10;
const STEP = 64;
/** The one part that is not like the others. */
const ODD = { column: 9, row: 6 };

/** A tray of parts: all grey but one, which the eye finds at once. What the product does, without a word. */
export function PartField() {
  const rings = [];
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      if (row === ODD.row && column === ODD.column) continue;
      rings.push(<circle key={`${row} ${column}`} cx={(column + 0.5) * STEP} cy={(row + 0.5) * STEP} r="19" />);
    }
  }
  const x = (ODD.column + 0.5) * STEP;
  const y = (ODD.row + 0.5) * STEP;
  return (
    <svg
      className={classes.field}
      viewBox={`0 0 ${COLUMNS * STEP} ${ROWS * STEP}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <g className={classes.rings}>{rings}</g>
      <g transform={`translate(${x} ${y})`}>
        <path className={classes.odd} d="M23.3 -3.3A23.5 23.5 0 1 1 11.0 -20.7L13.5 -16.1L12.6 -12.2L14.3 -8.2L18.3 -8.1L18.9 -4.7Z M14.5 0A14.5 14.5 0 1 0 -14.5 0A14.5 14.5 0 1 0 14.5 0Z" />
        <path className={classes.brackets} d="M-30-20v-10h10m40 0h10v10m0 40v10h-10m-40 0h-10v-10" />
      </g>
    </svg>
  );
}
