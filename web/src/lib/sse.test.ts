import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventParser, openStream, SILENCE_LIMIT_MS, type StreamEvent, type StreamPhase } from '@/lib/sse';

describe('the parser', () => {
  it('reads an event that arrives in pieces', () => {
    const parser = new EventParser();
    expect(parser.push('id: 7\nevent: inspec')).toEqual([]);
    expect(parser.push('tion\ndata: {"a"')).toEqual([]);
    expect(parser.push(':1}\n\n')).toEqual([{ id: '7', event: 'inspection', data: '{"a":1}' }]);
  });

  it('takes CRLF cut in the middle, several data lines and a missing space', () => {
    const parser = new EventParser();
    expect(parser.push('data:one\r')).toEqual([]);
    expect(parser.push('\ndata: two\r\n\r\n')).toEqual([{ id: null, event: 'message', data: 'one\ntwo' }]);
  });

  it('leaves heartbeats and events without data out, and keeps the last id', () => {
    const parser = new EventParser();
    expect(parser.push(': beat\n\nid: 9\nevent: x\n\ndata: y\n\n')).toEqual([{ id: '9', event: 'message', data: 'y' }]);
  });
});

class Line {
  requests: Headers[] = [];
  private feeds: ReadableStreamDefaultController<Uint8Array>[] = [];
  status = 200;

  readonly fetch: typeof fetch = (_url, init) => {
    this.requests.push(new Headers(init?.headers));
    if (this.status !== 200) return Promise.resolve(new Response(null, { status: this.status }));
    const body = new ReadableStream<Uint8Array>({
      start: (feed) => {
        this.feeds.push(feed);
        init?.signal?.addEventListener('abort', () => feed.error(new DOMException('aborted', 'AbortError')));
      },
    });
    return Promise.resolve(new Response(body, { status: 200 }));
  };

  send(text: string): void {
    this.feeds.at(-1)?.enqueue(new TextEncoder().encode(text));
  }

  cut(): void {
    this.feeds.at(-1)?.error(new TypeError('network error'));
  }
}

describe('the stream', () => {
  let line: Line;
  let events: StreamEvent[];
  let phases: StreamPhase[];
  let heard: number;
  let close: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    line = new Line();
    events = [];
    phases = [];
    heard = 0;
    close = openStream({
      url: '/api/stream',
      onEvent: (event) => events.push(event),
      onPhase: (phase) => phases.push(phase),
      onHeard: () => (heard += 1),
      fetch: line.fetch,
    });
  });

  afterEach(() => {
    close();
    vi.useRealTimers();
  });

  it('resumes after the last event when the connection breaks', async () => {
    await vi.advanceTimersByTimeAsync(0);
    line.send('id: 41\ndata: a\n\n');
    await vi.advanceTimersByTimeAsync(0);
    line.cut();
    await vi.advanceTimersByTimeAsync(0);
    expect(phases.at(-1)).toBe('lost');
    await vi.advanceTimersByTimeAsync(500);
    expect(phases).toEqual(['connecting', 'open', 'lost', 'open']);
    expect(line.requests[0]?.get('Last-Event-ID')).toBeNull();
    expect(line.requests[1]?.get('Last-Event-ID')).toBe('41');
  });

  it('counts a heartbeat as a sign of life', async () => {
    await vi.advanceTimersByTimeAsync(0);
    const before = heard;
    line.send(': beat\n\n');
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toBe(before + 1);
    expect(events).toEqual([]);
  });

  it('gives up a connection that went silent and opens a new one', async () => {
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(SILENCE_LIMIT_MS);
    expect(phases.at(-1)).toBe('lost');
    await vi.advanceTimersByTimeAsync(500);
    expect(line.requests).toHaveLength(2);
  });

  it('waits longer each time while the server is away', async () => {
    line.status = 503;
    await vi.advanceTimersByTimeAsync(0);
    line.cut();
    await vi.advanceTimersByTimeAsync(500 + 1000 + 2000);
    expect(line.requests).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(3999);
    expect(line.requests).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1);
    expect(line.requests).toHaveLength(5);
  });

  it('stops when the session has ended', async () => {
    line.status = 401;
    await vi.advanceTimersByTimeAsync(0);
    line.cut();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(phases.at(-1)).toBe('signed_out');
    expect(line.requests).toHaveLength(2);
  });
});
