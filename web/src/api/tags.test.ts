import { expect, it, vi } from 'vitest';
import { answer, client, Problem } from '@/api/client';
import { newest, tagOf } from '@/api/tags';

const PATH = '/api/users/{user}';
const params = { path: { user: 'eve' } };

function serverAnswers(body: unknown, init: ResponseInit) {
  return vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(Response.json(body, init));
}

async function read(tag: string) {
  serverAnswers({}, { headers: { ETag: tag } });
  await answer(client.GET(PATH, { params }));
}

async function edit(seen: string, made: string) {
  const transport = serverAnswers({}, { headers: { ETag: made } });
  await answer(client.PATCH(PATH, { params: { ...params, header: { 'If-Match': seen } }, body: {} }));
  return transport.mock.lastCall?.[0] as Request;
}

it('what was read is known by its tag, also behind a proxy that weakens it', async () => {
  await read('W/"one"');
  expect(tagOf('/api/users/eve')).toBe('"one"');
});

it('an edit says what it edits, and its own outcome is no surprise to another form of the page', async () => {
  await read('"one"');
  const request = await edit('"one"', '"two"');
  expect(request.headers.get('If-Match')).toBe('"one"');
  expect(newest('"one"')).toBe('"two"');
  await edit('"two"', '"one"');
  expect(newest('"two"')).toBe('"one"');
  expect(newest('"one"')).toBe('"one"');
});

it('what somebody else has made of it is never taken for what was seen', async () => {
  await read('"seen"');
  await read('"of somebody else"');
  expect(newest('"seen"')).toBe('"seen"');
});

it('a refused edit tells who was quicker, and by which tag it can be repeated', async () => {
  const told = { code: 'changed_meanwhile', detail: 'x', changed_by: 'Ada', changed_at: '2026-11-02T06:00:00Z' };
  serverAnswers(told, { status: 412, headers: { ETag: '"now"' } });
  const refused = answer(client.PATCH(PATH, { params, body: {} }));
  await expect(refused).rejects.toBeInstanceOf(Problem);
  await expect(refused).rejects.toMatchObject({ tag: '"now"', changed: { by: 'Ada', at: '2026-11-02T06:00:00Z' } });
});
