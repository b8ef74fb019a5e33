import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ANSWER_MS, openSharedStream, QUIET_MS } from '@/lib/sharedStream';
import type { OpenStream, StreamEvent } from '@/lib/sse';

/** The locks of one browser: one holder, a queue behind it, and who takes it away. */
class Locks {
  private holder: { end: (error?: Error) => void } | undefined;
  private readonly queue: (() => void)[] = [];

  readonly request = (_name: string, how: LockOptions, turn: () => Promise<void>): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      const grant = () => {
        const mine = {
          end: (error?: Error) => {
            if (error === undefined) resolve();
            else reject(error);
            if (this.holder !== mine) return;
            this.holder = undefined;
            this.queue.shift()?.();
          },
        };
        this.holder = mine;
        void turn().then(() => mine.end());
      };
      if (how.steal === true) {
        const robbed = this.holder;
        this.holder = undefined;
        robbed?.end(new Error('stolen'));
        grant();
      } else if (this.holder === undefined) grant();
      else {
        this.queue.push(grant);
        how.signal?.addEventListener('abort', () => {
          this.queue.splice(this.queue.indexOf(grant), 1);
          reject(new Error('aborted'));
        });
      }
    });
}

class Channel {
  static all = new Set<Channel>();
  onmessage: ((message: { data: unknown }) => void) | null = null;
  asleep = false;

  constructor() {
    Channel.all.add(this);
  }

  postMessage(data: unknown): void {
    if (this.asleep) return;
    for (const other of Channel.all) {
      if (other !== this) queueMicrotask(() => !other.asleep && other.onmessage?.({ data }));
    }
  }

  close(): void {
    Channel.all.delete(this);
  }
}

let locks: Locks;
let feeds: ReadableStreamDefaultController<Uint8Array>[];
let ids: (string | null)[];
let tabs: { stream: OpenStream; heard: StreamEvent[]; channel: Channel }[];

function openTab(lastId: string | null = null) {
  const heard: StreamEvent[] = [];
  const stream = openSharedStream({
    name: 'ada',
    url: '/api/stream',
    lastId,
    onEvent: (event) => heard.push(event),
    onState: () => undefined,
    locks: locks as unknown as LockManager,
    fetch: (_url, init) => {
      ids.push(new Headers(init?.headers).get('Last-Event-ID'));
      const body = new ReadableStream<Uint8Array>({
        start: (feed) => {
          feeds.push(feed);
          init?.signal?.addEventListener('abort', () => feed.error(new Error('aborted')));
        },
      });
      return Promise.resolve(new Response(body));
    },
  });
  const channel = [...Channel.all].at(-1);
  if (channel === undefined) throw new Error('the tab has no channel');
  const tab = { stream, heard, channel };
  tabs.push(tab);
  return tab;
}

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

async function send(id: number, event = 'inspection'): Promise<void> {
  feeds.at(-1)?.enqueue(new TextEncoder().encode(`id: x-${id}\nevent: ${event}\ndata: {}\n\n`));
  await settle();
}

const idsOf = (tab: { heard: StreamEvent[] }) => tab.heard.map(({ id }) => id);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('BroadcastChannel', Channel);
  locks = new Locks();
  [feeds, ids, tabs] = [[], [], []];
});

afterEach(() => {
  for (const { stream } of tabs) stream.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('ten tabs hear everything by one stream', async () => {
  for (let tab = 0; tab < 10; tab += 1) openTab();
  await settle();
  await send(1);
  await send(2);
  expect(feeds).toHaveLength(1);
  for (const tab of tabs) expect(idsOf(tab)).toEqual(['x-1', 'x-2']);
});

it('a tab that knows where it has read up to is not told to read anew, and nor is the one that goes on after it', async () => {
  const [first, second] = [openTab('x-7'), openTab('x-8')];
  await settle();
  await send(9, 'hello');
  first.stream.close();
  await settle();
  expect(ids).toEqual(['x-7', 'x-9']);
  expect(second.heard.map(({ event }) => event)).toEqual(['hello']);
});

it('another tab goes on where the one that read was closed', async () => {
  const [first, second] = [openTab(), openTab()];
  await settle();
  await send(1);
  first.stream.close();
  await settle();
  expect(ids).toEqual([null, 'x-1']);
  await send(2);
  expect(idsOf(second)).toEqual(['x-1', 'x-2']);
});

it('a tab that is opened later hears what happens from then on', async () => {
  openTab();
  await settle();
  await send(1);
  const late = openTab();
  await send(2);
  expect(idsOf(late)).toEqual(['x-2']);
});

it('a tab that is looked at takes the stream from one that sleeps, which reads anew when it wakes', async () => {
  const [sleeper, awake] = [openTab(), openTab()];
  await settle();
  await send(1);
  sleeper.channel.asleep = true;
  await settle(QUIET_MS + ANSWER_MS);
  expect(ids).toEqual([null, 'x-1']);
  sleeper.channel.asleep = false;
  await send(2);
  expect(idsOf(awake)).toEqual(['x-1', 'x-2']);
  expect(sleeper.heard.map(({ event }) => event)).toEqual(['inspection', 'reset', 'inspection']);
});

it('one that answers keeps the stream, also while the server says nothing', async () => {
  openTab();
  openTab();
  await settle(10_000);
  expect(feeds).toHaveLength(1);
});
