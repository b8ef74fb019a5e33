import { useLayoutEffect, useRef } from 'react';

interface Options {
  /** A key that is held down acts again and again, as it does in a list. */
  repeat?: boolean;
}

/**
 * Single keys of a page. They rest while someone types, and with a modifier they stay the browser's.
 *
 * A key means what the page shows: from the moment when that is drawn, not some moment later.
 */
export function useKeys(keys: Readonly<Record<string, () => void>>, { repeat = false }: Options = {}): void {
  const current = useRef(keys);
  useLayoutEffect(() => {
    current.current = keys;
  });
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.repeat && !repeat)) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input, textarea, select, [role="slider"], [role="menu"]') != null) return;
      // In front of the page whose keys these are.
      if (document.querySelector('dialog[open]') !== null) return;
      const action = current.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [repeat]);
}
