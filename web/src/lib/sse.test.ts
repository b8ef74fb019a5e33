import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventParser, openStream, SILENCE_LIMIT_MS, type OpenStream, type StreamEvent, type StreamPhase } from '@/lib/sse';

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
  addresses: string[] = [];
  private feeds: ReadableStreamDefaultController<Uint8Array>[] = [];
  status = 200;

  readonly fetch: typeof fetch = (url, init) => {
    this.addresses.push(url as string);
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

  end(): void {
    this.feeds.at(-1)?.close();
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
  let stream: OpenStream;

  beforeEach(() => {
    vi.useFakeTimers();
    line = new Line();
    events = [];
    phases = [];
    heard = 0;
    stream = openStream({
      url: '/api/stream',
      onEvent: (event) => events.push(event),
      onPhase: (phase) => phases.push(phase),
      onHeard: () => (heard += 1),
      fetch: line.fetch,
    });
  });

  afterEach(() => {
    stream.close();
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

  it('says that a page has to be read anew where it goes on from nothing, and only there', async () => {
    await vi.advanceTimersByTimeAsync(0);
    line.send('id: 41\nevent: hello\ndata: {}\n\n');
    await vi.advanceTimersByTimeAsync(0);
    line.cut();
    await vi.advanceTimersByTimeAsync(500);
    line.send('id: 41\nevent: hello\ndata: {}\n\n');
    await vi.advanceTimersByTimeAsync(0);
    expect(events.map(({ event }) => event)).toEqual(['reset', 'hello']);
  });

  it('makes a new connection when the old one is in doubt, and soon no more of them', async () => {
    await vi.advanceTimersByTimeAsync(0);
    line.status = 503;
    stream.renew();
    await vi.advanceTimersByTimeAsync(0);
    expect(line.requests).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(499);
    expect(line.requests).toHaveLength(2);
  });

  it('asks for short streams behind a proxy that hands nothing on before the end, without a word of loss', async () => {
    await vi.advanceTimersByTimeAsync(SILENCE_LIMIT_MS + 500);
    expect(line.addresses).toEqual(['/api/stream', '/api/stream?seconds=2']);
    for (const turn of [3, 4, 5]) {
      line.send(`id: 4${turn}\nevent: a\ndata: {}\n\n`);
      line.end();
      await vi.advanceTimersByTimeAsync(0);
      expect(line.requests).toHaveLength(turn);
      expect(line.requests.at(-1)?.get('Last-Event-ID')).toBe(`4${turn}`);
    }
    expect(events).toHaveLength(3);
    expect(phases).toEqual(['connecting', 'open', 'lost', 'open', 'open', 'open', 'open']);
  });

  it('returns to a long stream where a short one came word by word', async () => {
    await vi.advanceTimersByTimeAsync(SILENCE_LIMIT_MS + 500);
    line.send('id: 41\nevent: hello\ndata: {}\n\n');
    await vi.advanceTimersByTimeAsync(2000);
    line.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(line.addresses.at(-1)).toBe('/api/stream');
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
