import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { openStream, type StreamEvent, type StreamPhase } from '@/lib/sse';

export interface StreamStatus {
  phase: StreamPhase;
  /** When anything was last heard, a heartbeat included. Milliseconds since the epoch. */
  heardAt: number;
}

type Handler = (event: StreamEvent) => void;

/** The one stream of this tab: more than a few open ones would starve every other request (HTTP/1.1 allows six). */
export class LiveStream {
  private readonly handlers = new Set<Handler>();
  private readonly watchers = new Set<() => void>();
  private status: StreamStatus = { phase: 'connecting', heardAt: Date.now() };

  open(): () => void {
    return openStream({
      url: '/api/stream',
      onEvent: (event) => {
        for (const handler of this.handlers) handler(event);
      },
      onPhase: (phase) => this.tell({ ...this.status, phase }),
      onHeard: () => this.tell({ phase: 'open', heardAt: Date.now() }),
    });
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

  private tell(status: StreamStatus): void {
    this.status = status;
    for (const watcher of this.watchers) watcher();
  }
}

const StreamContext = createContext<LiveStream | null>(null);

export function StreamProvider({ children }: { children: ReactNode }) {
  const [stream] = useState(() => new LiveStream());
  useEffect(() => stream.open(), [stream]);
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
