"""Whether rows are missing while the list of inspections is scrolled."""

from playwright.sync_api import BrowserContext

FLING_ROWS_S = 100
"""As fast as a person flings a list."""
RUSH_ROWS_S = 1000
ROW_PX = 64

SCROLL = """([rowsPerSecond, rowPx, seconds]) => new Promise(resolve => {
  const list = document.querySelector('[role=rowgroup]');
  const box = list.getBoundingClientRect();
  const total = Number(document.querySelector('[role=table]').getAttribute('aria-rowcount')) - 1;
  const spots = [0.05, 0.35, 0.65, 0.95].map(part => box.top + part * box.height);
  let blankSince = null, longestBlank = 0, waitSince = null, longestWait = 0, frames = 0, longestFrame = 0;
  const started = performance.now();
  let last = started;
  const frame = now => {
    frames += 1;
    longestFrame = Math.max(longestFrame, now - last);
    const seen = spots.every(y => document.elementFromPoint(box.left + 200, y)?.closest('[data-row]'));
    if (seen) blankSince = null; else blankSince ??= now;
    if (blankSince !== null) longestBlank = Math.max(longestBlank, now - blankSince);
    const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
    const rows = Math.round(list.scrollHeight / rowPx);
    const done = (atEnd && rows >= total) || now - started > seconds * 1000;
    if (atEnd && !done) waitSince ??= now; else waitSince = null;
    if (waitSince !== null) longestWait = Math.max(longestWait, now - waitSince);
    if (done) {
      const took = (now - started) / 1000;
      resolve({ rows: Math.round((list.scrollTop + list.clientHeight) / rowPx), of: total, seconds: took,
        longest_blank_ms: longestBlank, longest_wait_for_rows_ms: longestWait, longest_frame_ms: longestFrame,
        frames_per_s: frames / took, heap_mb: performance.memory.usedJSHeapSize / 1e6 });
      return;
    }
    list.scrollTop += rowsPerSecond * rowPx * Math.min(now - last, 100) / 1000;
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def scroll(context: BrowserContext, rows_per_s: int, seconds: int) -> dict[str, float]:
    """What was missing while the list went by: frames with a place where no row is, and waits for rows to come."""
    page = context.new_page()
    page.set_default_timeout(seconds * 1000 + 30_000)
    page.goto("/inspections")
    page.wait_for_selector("[role=row] a")
    page.wait_for_selector("[role=status]:not(:empty)")
    found: dict[str, float] = page.evaluate(SCROLL, [rows_per_s, ROW_PX, seconds])
    page.close()
    return {name: round(figure, 1) for name, figure in found.items()}
