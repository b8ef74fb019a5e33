import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { hearServerTime, serverNow, whenInDoubt } from '@/lib/now';
import { openSharedStream } from '@/lib/sharedStream';
import type { StreamEvent, StreamPhase } from '@/lib/sse';

/** The server's heartbeat comes every 5 s; two seconds later at most it is overdue. */
export const SILENT_AFTER_MS = 7_000;

export interface StreamStatus {
  phase: StreamPhase;
  /** When anything was last heard, a heartbeat included. Milliseconds since the epoch, by the server's clock. */
  heardAt: number;
}

type Handler = (event: StreamEvent) => void;

/** Events that carry the server's time and say nothing of the plant. */
const SAYS_THE_TIME = new Set(['hello', 'reset', 'time']);

/**
 * What happens in the plant, for every page of this tab.
 *
 * `reset` tells a page to read anew what it shows: events may be missing before it. It comes where the server says so,
 * and where a stream begins that goes on from nothing. The first one goes on from the session's answer, which came before
 * whatever the page has read.
 */
export class LiveStream {
  private readonly handlers = new Set<Handler>();
  private readonly watchers = new Set<() => void>();
  private status: StreamStatus = { phase: 'connecting', heardAt: serverNow() };

  /** For ``person``, whose tabs share one stream, after the event ``lastId``. Returns the function that ends it. */
  open(person: string, lastId: string | null): () => void {
    const stream = openSharedStream({
      name: `goodpart-live-${person}`,
      url: '/api/stream',
      lastId,
      onEvent: (event) => this.hear(event),
      onState: (phase, heardAt) => this.tell({ phase, heardAt }),
    });
    const stopDoubting = whenInDoubt(stream.renew);
    return () => {
      stopDoubting();
      stream.close();
    };
  }

  readonly subscribe = (handler: Handler): (() => void) => {
    this.handlers.add(handler);
    return () => this.handlers.delete(handler);
  };

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly read = (): StreamStatus => this.status;

  private hear(event: StreamEvent): void {
    if (SAYS_THE_TIME.has(event.event)) hearServerTime((JSON.parse(event.data) as { now?: string }).now ?? null);
    for (const handler of this.handlers) handler(event);
  }

  private tell(status: StreamStatus): void {
    this.status = status;
    for (const watcher of this.watchers) watcher();
  }
}

const StreamContext = createContext<LiveStream | null>(null);

interface Props {
  person: string;
  /** The id after which it begins; null: with a `reset`. */
  lastId: string | null;
  children: ReactNode;
}

export function StreamProvider({ person, lastId, children }: Props) {
  const [stream] = useState(() => new LiveStream());
  useEffect(() => stream.open(person, lastId), [stream, person, lastId]);
  return <StreamContext value={stream}>{children}</StreamContext>;
}

function useStream(): LiveStream {
  const stream = use(StreamContext);
  if (stream === null) throw new Error('StreamProvider is missing above this component.');
  return stream;
}

export function useStreamStatus(): StreamStatus {
  const stream = useStream();
  return useSyncExternalStore(stream.watch, stream.read);
}

/** Calls the handler for each event while the component is shown. The handler must be stable. */
export function useStreamEvents(handler: Handler): void {
  const stream = useStream();
  useEffect(() => stream.subscribe(handler), [stream, handler]);
}
