import { describe, expect, it, vi } from 'vitest';
import { answer, client, Problem, problemFrom, UNREACHABLE } from '@/api/client';

describe('a refusal', () => {
  it('carries cause and remedy', () => {
    const problem = problemFrom(409, { code: 'evidence_missing', detail: 'Too few reviews.', remedy: 'Review 20 parts.' });
    expect(problem).toMatchObject({ status: 409, code: 'evidence_missing', message: 'Too few reviews.' });
    expect(problem.remedy).toBe('Review 20 parts.');
  });

  it('that is no problem document still names its status', () => {
    expect(problemFrom(502, '<html>Bad gateway</html>')).toMatchObject({ code: 'http_502', message: 'HTTP 502', remedy: '' });
  });
});

describe('a call', () => {
  it('proves that it comes from a page of ours', async () => {
    const transport = vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json({}, { status: 201 }));
    await answer(client.POST('/api/session/redeem', { body: { token: 'x' } }));
    const request = transport.mock.calls[0]?.[0] as Request;
    expect(request.headers.get('X-Goodpart')).toBe('1');
  });

  it('to a server that is away says so', async () => {
    vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'));
    const call = answer(client.GET('/api/session'));
    await expect(call).rejects.toBeInstanceOf(Problem);
    await expect(call).rejects.toMatchObject({ code: UNREACHABLE });
  });
});
