import type { Middleware } from 'openapi-fetch';

const HEADER = 'Idempotency-Key';

/** Whose bodies are passwords: those are not kept, and nothing is made by them. */
const SECRET = /^\/api\/(session|account)\b/;
/** Keys of what was sent and has no answer yet, by what was sent. */
const unanswered = new Map<string, string>();
const sent = new WeakMap<Request, string>();

/** Random and unique, also where the page came over plain HTTP, which has no `crypto.randomUUID`. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Gives each submission a key of its own. Whoever presses the button again because no answer came sends the same key,
 * so that nothing is made twice; once there was an answer, the same content is a new submission.
 */
export const sendsOnce: Middleware = {
  async onRequest({ request }) {
    if (request.method !== 'POST' || !(request.headers.get('Content-Type') ?? '').startsWith('application/json')) return undefined;
    if (SECRET.test(new URL(request.url).pathname)) return undefined;
    const said = `${request.url}\n${await request.clone().text()}`;
    const key = unanswered.get(said) ?? newKey();
    unanswered.set(said, key);
    sent.set(request, said);
    request.headers.set(HEADER, key);
    return request;
  },
  onResponse({ request, response }) {
    const said = sent.get(request);
    // A server or a proxy that failed may still have made the thing.
    if (said !== undefined && response.status < 500) unanswered.delete(said);
  },
};
