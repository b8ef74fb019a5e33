const unfetched = new WeakSet<Error>();

/** Begin to notice where the code of a page cannot be fetched: the server is away, or is of another version by now. */
export function noticeUnfetched(): void {
  globalThis.addEventListener('vite:preloadError', ({ payload }) => unfetched.add(payload));
}

export function isUnfetched(error: unknown): boolean {
  return error instanceof Error && unfetched.has(error);
}

/** The pages of the version that the server has now; without a server the browser would show a page of its own. */
export function reloadWhereThereIsAServer(): void {
  fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    () => globalThis.location.reload(),
    () => undefined,
  );
}
