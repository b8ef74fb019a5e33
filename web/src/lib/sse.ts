/**
 * Server-sent events over fetch.
 *
 * The browser's own EventSource hides comments, and the heartbeat is a comment: without it a silent line and a dead
 * connection look the same. So the stream is read here, and every byte counts as a sign of life.
 */

export interface StreamEvent {
  id: string | null;
  event: string;
  data: string;
}

/** Cuts a text stream into events (WHATWG HTML, 9.2.6). Feed it decoded chunks in order. */
export class EventParser {
  private buffer = '';
  private id: string | null = null;
  private event = '';
  private data: string[] = [];

  push(chunk: string): StreamEvent[] {
    this.buffer += chunk;
    // A carriage return at the very end may be half of a CRLF: it waits for the next chunk.
    const lines = this.buffer.split(/\r\n|\n|\r(?!$)/);
    this.buffer = lines.pop() ?? '';
    const events: StreamEvent[] = [];
    for (const line of lines) {
      const done = this.take(line);
      if (done !== null) events.push(done);
    }
    return events;
  }

  private take(line: string): StreamEvent | null {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return null;
  }

  private dispatch(): StreamEvent | null {
    const { event, data } = this;
    this.event = '';
    this.data = [];
    // The id stays: it is that of the last event, and a bare id line moves it too.
    return data.length === 0 ? null : { id: this.id, event: event === '' ? 'message' : event, data: data.join('\n') };
  }
}

export type StreamPhase = 'connecting' | 'open' | 'lost' | 'signed_out';

export interface StreamOptions {
  url: string;
  onEvent: (event: StreamEvent) => void;
  onPhase: (phase: StreamPhase) => void;
  /** Anything arrived, a heartbeat included. */
  onHeard: () => void;
  fetch?: typeof fetch;
}

/** Heartbeats come every 5 s; three of them missing mean that the connection is dead, even if TCP does not know. */
export const SILENCE_LIMIT_MS = 15_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

/** Reads the stream until closed, reconnecting from the last event for as long as it takes. Returns the closer. */
export function openStream({ url, onEvent, onPhase, onHeard, fetch: get = fetch }: StreamOptions): () => void {
  let lastId: string | null = null;
  let retryMs = FIRST_RETRY_MS;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let controller = new AbortController();
  let closed = false;

  /** Null where the network gave up: the ordinary case here, told by the phase and mended by trying again. */
  async function request(): Promise<Response | null> {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (lastId !== null) headers['Last-Event-ID'] = lastId;
    try {
      return await get(url, { headers, cache: 'no-store', signal: controller.signal });
    } catch {
      return null;
    }
  }

  async function readOnce(): Promise<'ended' | 'signed_out'> {
    controller = new AbortController();
    let watchdog = setTimeout(() => controller.abort(), SILENCE_LIMIT_MS);
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => controller.abort(), SILENCE_LIMIT_MS);
      onHeard();
    };
    try {
      const response = await request();
      if (response?.status === 401) return 'signed_out';
      if (!response?.ok || response.body === null) return 'ended';
      retryMs = FIRST_RETRY_MS;
      onPhase('open');
      heard();
      const parser = new EventParser();
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const chunk = await reader.read().catch(() => null);
        if (chunk?.value === undefined) return 'ended';
        heard();
        for (const event of parser.push(decoder.decode(chunk.value, { stream: true }))) {
          lastId = event.id ?? lastId;
          onEvent(event);
        }
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  async function connect(): Promise<void> {
    let ending: 'ended' | 'signed_out' = 'ended';
    try {
      ending = await readOnce();
    } finally {
      // Also after an event that the page could not handle: that error is reported, the stream goes on behind it.
      controller.abort();
      if (!closed && ending === 'ended') {
        onPhase('lost');
        retry = setTimeout(() => void connect(), retryMs);
        retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
      }
    }
    if (!closed && ending === 'signed_out') onPhase('signed_out');
  }

  onPhase('connecting');
  void connect();
  return () => {
    closed = true;
    clearTimeout(retry);
    controller.abort();
  };
}
