import { answer, type Fetched } from '@/api/client';

/** The most that the server answers at once. */
const PAGE_SIZE = 500;

interface Page<Item> {
  items: Item[];
  next?: string | null;
}

interface PageQuery {
  limit: number;
  cursor?: string;
}

/**
 * A list to its end, page after page, for what has to look through all of it: gateways by urgency, say. Where a person
 * looks for one thing among thousands, let the server find it, and ask for pages as they are scrolled to.
 */
export async function whole<Item>(page: (query: PageQuery) => Promise<Fetched<Page<Item>>>): Promise<{ items: Item[] }> {
  const items: Item[] = [];
  let query: PageQuery = { limit: PAGE_SIZE };
  for (;;) {
    const { items: more, next } = await answer(page(query));
    items.push(...more);
    if (next == null) return { items };
    query = { limit: PAGE_SIZE, cursor: next };
  }
}
