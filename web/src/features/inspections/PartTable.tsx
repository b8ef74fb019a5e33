import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useCallback, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { InspectionPage } from '@/api/types';
import { InspectionRow, useRowWords } from '@/features/inspections/InspectionRow';
import { nearestSeen, ROW_PX, rowOf, rowWindow, scrollTo } from '@/features/inspections/rowWindow';
import type { InspectionSearch } from '@/features/inspections/search';
import { useKeys } from '@/features/inspections/useKeys';
import classes from '@/features/inspections/InspectionsPage.module.css';

const COLUMNS = ['picture', 'verdict', 'part', 'station', 'time', 'score', 'output'] as const;
/** So many rows before the end of what is loaded the next page is asked for: as many as two pages have. */
const AHEAD = 400;

export interface PartTableHandle {
  /** Takes the keyboard to the row that was last looked at, or the first one. */
  enter: () => void;
}

interface Props {
  ref: Ref<PartTableHandle>;
  pages: readonly InspectionPage[];
  /** How many there are, loaded or not, as far as it is known. */
  total: number | undefined;
  search: InspectionSearch;
  /** The row to begin at. */
  start: number;
  onOpen: (index: number) => void;
  onNearEnd: () => void;
}

/** The list as far as it was loaded; of that, only the rows around what is seen are in the page. */
export function PartTable({ ref, pages, total, search, start, onOpen, onNearEnd }: Props) {
  const { t } = useTranslation();
  const words = useRowWords();
  const count = pages.reduce((sum, page) => sum + page.items.length, 0);
  const { ref: measured, height } = useElementSize();
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(Math.max(0, start - 3));
  const current = useRef(start);
  const [entry, setEntry] = useState(start);
  const wanted = useRef<number | null>(null);
  const { first, end } = rowWindow(top, height, count);
  const stop = nearestSeen(entry, top, height);

  useLayoutEffect(() => {
    if (start > 0) body.current?.scrollTo(0, Math.max(0, start - 3) * ROW_PX);
    // Only where the list begins; from there on the person scrolls.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useLayoutEffect(() => {
    if (top + height / ROW_PX + AHEAD > count) onNearEnd();
  }, [top, height, count, onNearEnd]);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const link = body.current?.querySelector<HTMLElement>(`[data-row="${wanted.current}"] a`);
    if (link == null) return;
    wanted.current = null;
    link.focus({ preventScroll: true });
  });

  const goTo = useCallback(
    (index: number) => {
      const shown = body.current;
      if (shown === null || count === 0) return;
      current.current = Math.max(0, Math.min(count - 1, index));
      wanted.current = current.current;
      const place = scrollTo(current.current, shown.scrollTop, shown.clientHeight - ROW_PX);
      if (place !== undefined) shown.scrollTo(0, place);
      const link = shown.querySelector<HTMLElement>(`[data-row="${current.current}"] a`);
      link?.focus({ preventScroll: true });
      if (link !== null) wanted.current = null;
    },
    [count],
  );
  const step = (by: number) => {
    // Keys may come faster than the rows that they lead to.
    const inside = wanted.current !== null || body.current?.contains(document.activeElement) === true;
    goTo(inside ? current.current + by : current.current);
  };
  useKeys({ ArrowDown: () => step(1), ArrowUp: () => step(-1) }, { repeat: true });
  useImperativeHandle(ref, () => ({ enter: () => goTo(current.current) }), [goTo]);

  const rows = [];
  for (let index = first; index < end; index += 1) {
    const part = rowOf(pages, index);
    if (part !== undefined) {
      rows.push(<InspectionRow key={part.id} part={part} index={index} search={search} words={words} isStop={index === stop} onOpen={onOpen} />);
    }
  }
  return (
    <div className={classes.table} role="table" aria-label={t('inspections.title')} aria-rowcount={(total ?? count) + 1}>
      <div className={classes.header} role="row" aria-rowindex={1}>
        {COLUMNS.map((column) => (
          <span key={column} role="columnheader" data-column={column}>
            {t(`inspections.column.${column}`)}
          </span>
        ))}
      </div>
      <div
        className={classes.body}
        ref={useMergedRef(measured, body)}
        role="rowgroup"
        aria-keyshortcuts="ArrowDown ArrowUp"
        tabIndex={-1}
        onScroll={(event) => {
          const rows = Math.floor(event.currentTarget.scrollTop / ROW_PX);
          // In the frame that scrolls, not the one after it: else a fast scroll shows what is not drawn yet.
          flushSync(() => setTop(rows));
        }}
        onFocus={(event) => {
          const row = event.target.closest<HTMLElement>('[data-row]');
          if (row === null) return;
          current.current = Number(row.dataset.row);
          setEntry(current.current);
        }}
      >
        <div className={classes.whole} role="presentation" style={{ height: count * ROW_PX }}>
          <div className={classes.drawn} role="presentation" style={{ transform: `translateY(${first * ROW_PX}px)` }}>
            {rows}
          </div>
        </div>
      </div>
    </div>
  );
}
