import type { Middleware } from 'openapi-fetch';

const HEADER = 'Idempotency-Key';

/** Whose bodies are passwords: those are not kept, and nothing is made by them. */
const SECRET = /^\/api\/(session|account)\b/;
interface Submission {
  key: string;
  /** It is under way; false: it failed, and nobody knows whether the server has done it. */
  pending: boolean;
}

/** What was sent and has no answer yet, by the address and by what was sent. */
const unanswered = new Map<string, Map<string, Submission>>();
const sent = new WeakMap<Request, string>();

/** Random and unique, also where the page came over plain HTTP, which has no `crypto.randomUUID`. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Gives each submission a key of its own. Whoever presses the button again because no answer came sends the same key,
 * so that nothing is made twice; once there was an answer, the same content is a new submission. It is one as well once
 * something else was sent to that address and answered: what comes back to an earlier choice is meant anew.
 */
export const sendsOnce: Middleware = {
  async onRequest({ request }) {
    if (request.method !== 'POST' || !(request.headers.get('Content-Type') ?? '').startsWith('application/json')) return undefined;
    if (SECRET.test(new URL(request.url).pathname)) return undefined;
    const said = await request.clone().text();
    const submissions = unanswered.get(request.url) ?? new Map<string, Submission>();
    const key = submissions.get(said)?.key ?? newKey();
    unanswered.set(request.url, submissions.set(said, { key, pending: true }));
    sent.set(request, said);
    request.headers.set(HEADER, key);
    return request;
  },
  onResponse({ request, response }) {
    // A server or a proxy that failed may still have made the thing.
    if (response.status >= 500) failed(request);
    else answered(request);
  },
  onError({ request }) {
    failed(request);
  },
};

function failed(request: Request) {
  const submission = unanswered.get(request.url)?.get(sent.get(request) ?? '');
  if (submission !== undefined) submission.pending = false;
}

function answered(request: Request) {
  const said = sent.get(request);
  const submissions = unanswered.get(request.url);
  if (said === undefined || submissions === undefined) return;
  for (const [other, { pending }] of submissions) {
    if (other === said || !pending) submissions.delete(other);
  }
}
