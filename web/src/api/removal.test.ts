import { expect, it, vi } from 'vitest';
import { client } from '@/api/client';
import { removeAsShown } from '@/api/removal';

const path = { part: 'a-100', place: 'line-1' };
const remove = (shown: { place: string; ideal_cycle_ms: number }) =>
  removeAsShown({
    path: '/api/part-numbers/a-100/cycles/line-1',
    shown,
    read: () => client.GET('/api/part-numbers/{part}/cycles/{place}', { params: { path } }),
    remove: (header) => client.DELETE('/api/part-numbers/{part}/cycles/{place}', { params: { path, header } }),
  });

function serverSays(idealCycleMs: number) {
  const transport = vi.spyOn(globalThis, 'fetch');
  transport.mockClear();
  transport.mockResolvedValueOnce(
    Response.json({ place: 'line-1', ideal_cycle_ms: idealCycleMs }, { headers: { ETag: '"seen"' } }),
  );
  transport.mockResolvedValueOnce(new Response(null, { status: 204 }));
  return () => transport.mock.calls.map(([request]) => request as Request);
}

it('removes what is shown, by the state it was read in', async () => {
  const sent = serverSays(1500);
  await remove({ place: 'line-1', ideal_cycle_ms: 1500 });
  expect(sent().map(({ method }) => method)).toEqual(['GET', 'DELETE']);
  expect(sent()[1]?.headers.get('If-Match')).toBe('"seen"');
});

it('removes nothing that somebody has changed since', async () => {
  const sent = serverSays(1800);
  await expect(remove({ place: 'line-1', ideal_cycle_ms: 1500 })).rejects.toMatchObject({ code: 'changed_meanwhile' });
  expect(sent().map(({ method }) => method)).toEqual(['GET']);
});
