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
  /** Of the last event that was heard, by whomever; null: from now on. */
  lastId?: string | null;
  onEvent: (event: StreamEvent) => void;
  onPhase: (phase: StreamPhase) => void;
  /** Anything arrived, a heartbeat included. */
  onHeard: () => void;
  fetch?: typeof fetch;
}

export interface OpenStream {
  close: () => void;
  /** Whether the connection still stands is in doubt: a new one is made at once. Nothing is missed by it. */
  renew: () => void;
}

/** Heartbeats come every 5 s; three of them missing mean that the connection is dead, even if TCP does not know. */
export const SILENCE_LIMIT_MS = 15_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;
/** How long a stream lasts behind a proxy that hands an answer on when it has ended, not as it comes. */
const SHORT_S = 2;
/** The first and the last byte of a short stream come this close together only where it was held back. */
const HELD_MS = 1_000;

/** Reads the stream until closed, going on after the last event for as long as it takes. */
export function openStream({ url, lastId: from = null, onEvent, onPhase, onHeard, fetch: get = fetch }: StreamOptions): OpenStream {
  let lastId = from;
  let short = false;
  let retryMs = FIRST_RETRY_MS;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let controller = new AbortController();
  let closed = false;

  /** Null where the network gave up: the ordinary case here, told by the phase and mended by trying again. */
  async function request(): Promise<Response | null> {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (lastId !== null) headers['Last-Event-ID'] = lastId;
    const address = short ? `${url}?seconds=${SHORT_S}` : url;
    try {
      return await get(address, { headers, cache: 'no-store', signal: controller.signal });
    } catch {
      return null;
    }
  }

  /** Without an id the server goes on from now: what happened before is to be read anew, as after a gap. */
  function told(event: StreamEvent, resumed: boolean): StreamEvent {
    return event.event === 'hello' && !resumed ? { ...event, event: 'reset' } : event;
  }

  async function readOnce(): Promise<'ended' | 'over' | 'signed_out'> {
    controller = new AbortController();
    const resumed = lastId !== null;
    let events = 0;
    let firstAt = Infinity;
    const giveUp = () => {
      // The connection may stand with every word of it held by a proxy until its end: then it has to end soon.
      if (events === 0) short = true;
      controller.abort();
    };
    let watchdog = setTimeout(giveUp, SILENCE_LIMIT_MS);
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(giveUp, SILENCE_LIMIT_MS);
      onHeard();
    };
    const ended = () => {
      if (!short || events === 0) return 'ended';
      if (performance.now() - firstAt > HELD_MS) short = false;
      return 'over';
    };
    try {
      const response = await request();
      if (response?.status === 401) return 'signed_out';
      if (!response?.ok || response.body === null) return 'ended';
      onPhase('open');
      heard();
      const parser = new EventParser();
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const chunk = await reader.read().catch(() => null);
        if (chunk?.value === undefined) return ended();
        heard();
        firstAt = Math.min(firstAt, performance.now());
        for (const event of parser.push(decoder.decode(chunk.value, { stream: true }))) {
          events += 1;
          retryMs = FIRST_RETRY_MS;
          lastId = event.id ?? lastId;
          onEvent(told(event, resumed));
        }
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  async function connect(): Promise<void> {
    let ending: 'ended' | 'over' | 'signed_out' = 'ended';
    try {
      ending = await readOnce();
    } finally {
      // Also after an event that the page could not handle: that error is reported, the stream goes on behind it.
      controller.abort();
      if (!closed && ending === 'ended') {
        onPhase('lost');
        retry = setTimeout(() => void connect(), retryMs);
        retryMs = Math.min(LONGEST_RETRY_MS, Math.max(FIRST_RETRY_MS, retryMs * 2));
      }
      if (!closed && ending === 'over') retry = setTimeout(() => void connect(), 0);
    }
    if (!closed && ending === 'signed_out') onPhase('signed_out');
  }

  onPhase('connecting');
  void connect();
  return {
    close: () => {
      closed = true;
      clearTimeout(retry);
      controller.abort();
    },
    renew: () => {
      retryMs = 0;
      controller.abort();
    },
  };
}
