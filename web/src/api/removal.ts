import { answer, Problem, type Fetched } from '@/api/client';
import { tagOf } from '@/api/tags';

interface Removal<Thing> {
  /** The address of the thing. */
  path: string;
  /** What the list says of it. */
  shown: Thing;
  read: () => Promise<Fetched<Thing>>;
  remove: (seen: { 'If-Match'?: string }) => Promise<Fetched<unknown>>;
}

/**
 * Removes a thing out of a list, as it stands there. Where somebody has changed it since, nothing is removed and
 * `changed_meanwhile` is thrown: read the list anew then, so that the person sees what it is by now.
 */
export async function removeAsShown<Thing>({ path, shown, read, remove }: Removal<Thing>): Promise<void> {
  const now = await answer(read());
  if (JSON.stringify(now) !== JSON.stringify(shown)) throw new Problem(412, 'changed_meanwhile', '', '');
  const tag = tagOf(path);
  await answer(remove(tag === undefined ? {} : { 'If-Match': tag }));
}
