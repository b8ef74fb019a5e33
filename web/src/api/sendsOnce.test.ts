import { expect, it, vi } from 'vitest';
import { answer, client } from '@/api/client';

const post = () => answer(client.POST('/api/rollouts', { body: { gateways: ['box'], note: '' } }));

function serverDoes(...answers: (Response | Error)[]) {
  const transport = vi.spyOn(globalThis, 'fetch');
  for (const each of answers) {
    if (each instanceof Error) transport.mockRejectedValueOnce(each);
    else transport.mockResolvedValueOnce(each);
  }
  transport.mockClear();
  return () => transport.mock.calls.map(([request]) => (request as Request).headers.get('Idempotency-Key'));
}

it('what got no answer is sent again with its key, and the next submission has another', async () => {
  const keys = serverDoes(
    new TypeError('Failed to fetch'),
    Response.json({}, { status: 502 }),
    Response.json({}, { status: 201 }),
    Response.json({}, { status: 201 }),
  );
  await expect(post()).rejects.toThrow();
  await expect(post()).rejects.toThrow();
  await post();
  await post();
  const [first, second, third, next] = keys();
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect([second, third]).toEqual([first, first]);
  expect(next).not.toBe(first);
});

it('two submissions at once have a key each', async () => {
  const keys = serverDoes(Response.json({}, { status: 201 }), Response.json({}, { status: 201 }));
  await Promise.all([
    answer(client.POST('/api/rollouts', { body: { gateways: ['one'], note: '' } })),
    answer(client.POST('/api/rollouts', { body: { gateways: ['two'], note: '' } })),
  ]);
  expect(new Set(keys()).size).toBe(2);
});

it('who comes back to an earlier choice after another one means it anew', async () => {
  const review = (verdict: 'good' | 'bad') => answer(client.POST('/api/rollouts', { body: { gateways: ['box'], note: verdict } }));
  const keys = serverDoes(new TypeError('Failed to fetch'), Response.json({}, { status: 201 }), Response.json({}, { status: 201 }));
  await expect(review('good')).rejects.toThrow();
  await review('bad');
  await review('good');
  expect(new Set(keys()).size).toBe(3);
});
