import type { Middleware } from 'openapi-fetch';

/** What a thing said when it was read, by its path; the server compares it before it writes (RFC 9110, If-Match). */
const read = new Map<string, string>();
/** Tags that an edit of this tab has replaced: who has just changed a thing has not been overtaken by anybody. */
const replaced = new Map<string, string>();

/** Proxies that compress weaken a tag; it names the same content. */
const strong = (tag: string) => tag.replace(/^W\//, '');

export const remembersTags: Middleware = {
  onResponse({ request, response }) {
    const tag = response.headers.get('ETag');
    if (!response.ok || tag === null) return;
    const before = request.headers.get('If-Match');
    if (before !== null && before !== strong(tag)) replaced.set(before, strong(tag));
    replaced.delete(strong(tag));
    if (request.method === 'GET' || request.method === 'PUT' || request.method === 'PATCH') {
      read.set(new URL(request.url).pathname, strong(tag));
    }
  },
};

/** The tag with which the thing at `path` was read last. */
export function tagOf(path: string): string | undefined {
  return read.get(path);
}

/** What has become of a tag by the edits of this tab. */
export function newest(tag: string | undefined): string | undefined {
  let found = tag;
  while (found !== undefined && replaced.has(found)) found = replaced.get(found);
  return found;
}
