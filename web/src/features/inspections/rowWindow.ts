/** The height of every row, as in the style sheet: rows off screen are not measured, they are not there. */
export const ROW_PX = 64;
/** Rows kept on either side of what is seen, so that a flick of the wheel finds them drawn. */
const BEYOND = 24;

export interface RowWindow {
  /** The first row that is drawn. */
  first: number;
  /** The first row after it that is not. */
  end: number;
}

/** Which of `count` rows are drawn when `top` rows have been scrolled past and `height` pixels are seen. */
export function rowWindow(top: number, height: number, count: number): RowWindow {
  const seen = Math.ceil(height / ROW_PX) + 1;
  const first = Math.max(0, Math.min(top - BEYOND, count - seen));
  return { first, end: Math.min(count, Math.max(top, 0) + seen + BEYOND) };
}

/** Of the rows that are seen whole, the one nearest to row `index`. */
export function nearestSeen(index: number, top: number, height: number): number {
  return Math.max(top, Math.min(index, top + Math.floor(height / ROW_PX) - 1));
}

/** Where to scroll so that a row is seen whole; undefined where it is seen already. */
export function scrollTo(index: number, scrollTop: number, height: number): number | undefined {
  const start = index * ROW_PX;
  if (start < scrollTop) return start;
  return start + ROW_PX > scrollTop + height ? start + ROW_PX - height : undefined;
}

/** Row `index` of pages that all have as many rows as the first one, but for the last. */
export function rowOf<Row>(pages: readonly { items: readonly Row[] }[], index: number): Row | undefined {
  const size = pages[0]?.items.length ?? 0;
  return size === 0 ? undefined : pages[Math.floor(index / size)]?.items[index % size];
}
