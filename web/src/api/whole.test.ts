import { expect, it, vi } from 'vitest';
import { client } from '@/api/client';
import { whole } from '@/api/whole';

it('reads a list to its end, as many at once as the server gives', async () => {
  const transport = vi.spyOn(globalThis, 'fetch');
  transport.mockResolvedValueOnce(Response.json({ items: [{ id: 'a' }, { id: 'b' }], next: 'after b' }));
  transport.mockResolvedValueOnce(Response.json({ items: [{ id: 'c' }], next: null }));

  const list = await whole((query) => client.GET('/api/gateways', { params: { query } }));

  expect(list.items.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  const asked = transport.mock.calls.map(([request]) => new URL((request as Request).url).search);
  expect(asked).toEqual(['?limit=500', '?limit=500&cursor=after%20b']);
});

it('is no list where a page of it failed', async () => {
  const transport = vi.spyOn(globalThis, 'fetch');
  transport.mockResolvedValueOnce(Response.json({ items: [{ id: 'a' }], next: 'after a' }));
  transport.mockResolvedValueOnce(Response.json({ code: 'incident' }, { status: 500 }));

  const list = whole((query) => client.GET('/api/gateways', { params: { query } }));

  await expect(list).rejects.toMatchObject({ code: 'incident' });
});
