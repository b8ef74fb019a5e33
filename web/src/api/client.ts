import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '@/api/schema';
import { sendsOnce } from '@/api/sendsOnce';
import { remembersTags } from '@/api/tags';
import { hearServerTime } from '@/lib/now';

export interface Changed {
  by: string;
  at: string;
}

/** The names and figures of a refusal, for who says it in another language. */
export type Values = Record<string, string | number>;

/** What the server said it cannot do: the cause and the remedy in its own words, and what a translation goes by. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;
  readonly values: Values;
  /** Of a refused edit: what the thing is now, and who made it that. */
  readonly tag: string | undefined;
  readonly changed: Changed | undefined;

  constructor(status: number, code: string, cause: string, remedy: string, values: Values = {}, tag?: string, changed?: Changed) {
    super(cause);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.remedy = remedy;
    this.tag = tag;
    this.changed = changed;
    this.values = values;
  }
}

/** The server was not reached at all. */
export const UNREACHABLE = 'unreachable';

function text(body: unknown, field: string): string {
  if (typeof body !== 'object' || body === null || !(field in body)) return '';
  const value = (body as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : '';
}

function valuesOf(body: unknown): Values {
  if (typeof body !== 'object' || body === null || !('values' in body)) return {};
  const { values } = body;
  if (typeof values !== 'object' || values === null) return {};
  const told = Object.entries(values).filter(
    (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(told);
}

/** An answer that is not a problem document (a proxy's page, say) still names its status. */
export function problemFrom(status: number, body: unknown, headers = new Headers()): Problem {
  const cause = text(body, 'detail') || text(body, 'title') || `HTTP ${status}`;
  const [by, at] = [text(body, 'changed_by'), text(body, 'changed_at')];
  const changed = by !== '' && at !== '' ? { by, at } : undefined;
  const code = text(body, 'code') || `http_${status}`;
  return new Problem(status, code, cause, text(body, 'remedy'), valuesOf(body), headers.get('ETag') ?? undefined, changed);
}

const everyCall: Middleware = {
  onRequest({ request }) {
    // A page of another site cannot set this header, so it proves that the call is ours.
    request.headers.set('X-Goodpart', '1');
    return request;
  },
  onResponse({ response }) {
    hearServerTime(response.headers.get('X-Goodpart-Time'));
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    return new Problem(0, UNREACHABLE, '', '');
  },
};

export const client = createClient<paths>({
  baseUrl: globalThis.location.origin,
  credentials: 'same-origin',
  // Looked up at call time, so that a test can put its own transport in place.
  fetch: (request) => globalThis.fetch(request),
});
client.use(everyCall, remembersTags, sendsOnce);

export interface Fetched<Data> {
  data?: Data | undefined;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer; throws `Problem` for any other. */
export async function answer<Data>(call: Promise<Fetched<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemFrom(response.status, error, response.headers);
  return data as Data;
}
