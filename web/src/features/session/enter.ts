import { answer, client } from '@/api/client';

/** A token travels behind the #, which browsers never send to a server or write to its log. */
export function tokenFrom(hash: string): string {
  return decodeURIComponent(hash.replace(/^#/, '')).trim();
}

const redeemed = new Map<string, Promise<unknown>>();

/** A link works once, so one page load redeems it once, however often the page is drawn. */
export function redeem(token: string): Promise<unknown> {
  let call = redeemed.get(token);
  if (call === undefined) {
    call = answer(client.POST('/api/session/redeem', { body: { token } }));
    redeemed.set(token, call);
  }
  return call;
}

/** Where to go after signing in: a page of this program only, never another site; one's own where none was asked for. */
export function destination(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) ? to : '/';
}
