/**
 * One stream for all tabs of a browser.
 *
 * A browser opens six connections to a server that speaks HTTP/1.1, for all of its tabs together. With a stream in each,
 * the seventh tab would wait for ever. So one tab, which holds a lock of the browser, reads the stream and passes every
 * event on. When that tab is closed the lock goes to another one, which resumes after the last event that it heard. A
 * tab in the background may be put to sleep with the lock in its hand: one that is looked at and hears nothing takes
 * the lock away.
 */

import { serverNow } from '@/lib/now';
import { openStream, type OpenStream, type StreamEvent, type StreamPhase } from '@/lib/sse';

/** The server says something every 5 s. Whoever leads and hears nothing itself says so when it is asked. */
export const QUIET_MS = 6_000;
export const ANSWER_MS = 3_000;

type Message =
  | { kind: 'who' }
  | { kind: 'state'; from: string; phase: StreamPhase; heardAt: number }
  | { kind: 'event'; from: string; event: StreamEvent };

export interface SharedOptions {
  /** Tabs of the same name share: those of one person. */
  name: string;
  url: string;
  /** The event that this tab knows of already; null: none, so that it is told to read anew. */
  lastId?: string | null;
  onEvent: (event: StreamEvent) => void;
  /** ``heardAt`` is when anything was last heard of the server, by its clock. */
  onState: (phase: StreamPhase, heardAt: number) => void;
  fetch?: typeof fetch;
  locks?: LockManager | undefined;
}

export function openSharedStream(options: SharedOptions): OpenStream {
  // Only a page without TLS on another machine has no locks, and the server does not serve one.
  const locks = 'locks' in options ? options.locks : (navigator as Partial<Navigator>).locks;
  const tab = new Tab(options, locks);
  tab.open();
  return tab;
}

class Tab implements OpenStream {
  private readonly options: SharedOptions;
  private readonly locks: LockManager | undefined;
  private readonly me = `${performance.timeOrigin} ${Math.random()}`;
  private channel: BroadcastChannel | undefined;
  private stream: OpenStream | undefined;
  private leader: string | null = null;
  private lastId: string | null;
  private phase: StreamPhase = 'connecting';
  private heardAt: number = serverNow();
  private waiting: AbortController | undefined;
  private release: () => void = () => undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(options: SharedOptions, locks: LockManager | undefined) {
    this.options = options;
    this.locks = locks;
    this.lastId = options.lastId ?? null;
  }

  open(): void {
    if (this.locks === undefined) {
      this.lead();
      return;
    }
    this.channel = new BroadcastChannel(this.options.name);
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => this.take(data);
    this.queue();
    document.addEventListener('visibilitychange', this.look);
    this.look();
  }

  readonly close = (): void => {
    this.closed = true;
    clearTimeout(this.patience);
    document.removeEventListener('visibilitychange', this.look);
    this.waiting?.abort();
    this.release();
    this.follow();
    this.channel?.close();
  };

  readonly renew = (): void => {
    this.stream?.renew();
    this.look();
  };

  private get leads(): boolean {
    return this.stream !== undefined;
  }

  /** Waits for its turn to lead. */
  private queue(): void {
    this.waiting = new AbortController();
    this.hold({ signal: this.waiting.signal });
  }

  private hold(how: LockOptions): void {
    let granted = false;
    const turn = () =>
      new Promise<void>((release) => {
        granted = true;
        if (this.closed) {
          release();
          return;
        }
        this.release = release;
        this.lead();
      });
    // Rejected when another tab takes the lock away, or when this one no longer wants it.
    this.locks?.request(this.options.name, how, turn).catch(() => {
      if (this.closed || !granted) return;
      this.follow();
      // What was passed on meanwhile was not listened to.
      this.options.onEvent({ id: this.lastId, event: 'reset', data: '{"because":"outrun"}' });
      this.queue();
    });
  }

  private lead(): void {
    clearTimeout(this.patience);
    this.leader = this.me;
    this.stream = openStream({
      url: this.options.url,
      lastId: this.lastId,
      onEvent: (event) => {
        this.hear(event);
        this.say({ kind: 'event', from: this.me, event });
      },
      onPhase: (phase) => this.tell(phase, this.heardAt),
      onHeard: () => this.tell('open', serverNow()),
      ...(this.options.fetch === undefined ? {} : { fetch: this.options.fetch }),
    });
  }

  private follow(): void {
    this.stream?.close();
    this.stream = undefined;
    this.watch();
  }

  private take(message: Message): void {
    if (message.kind === 'who') {
      if (this.leads) this.tell(this.phase, this.heardAt);
      return;
    }
    // Somebody else leads now: this tab slept, and its lock was taken.
    if (this.leads) return;
    if (message.kind === 'state') {
      this.leader = message.from;
      this.note(message.phase, message.heardAt);
    } else if (message.from === (this.leader ??= message.from)) {
      this.hear(message.event);
    }
    this.watch();
  }

  /** To this page and to the other tabs. */
  private tell(phase: StreamPhase, heardAt: number): void {
    this.note(phase, heardAt);
    this.say({ kind: 'state', from: this.me, phase, heardAt });
  }

  private note(phase: StreamPhase, heardAt: number): void {
    this.phase = phase;
    this.heardAt = heardAt;
    this.options.onState(phase, heardAt);
  }

  private hear(event: StreamEvent): void {
    this.lastId = event.id ?? this.lastId;
    this.options.onEvent(event);
  }

  private say(message: Message): void {
    this.channel?.postMessage(message);
  }

  /** Looked at or not, whoever leads keeps the stream; a tab that is only looked at wants to know that somebody does. */
  private readonly look = (): void => {
    clearTimeout(this.patience);
    if (this.isOnlooker) this.ask();
  };

  private watch(): void {
    clearTimeout(this.patience);
    if (this.isOnlooker) this.patience = setTimeout(() => this.ask(), QUIET_MS);
  }

  private ask(): void {
    this.say({ kind: 'who' });
    this.patience = setTimeout(() => {
      this.waiting?.abort();
      this.hold({ steal: true });
    }, ANSWER_MS);
  }

  private get isOnlooker(): boolean {
    return !this.closed && !this.leads && this.channel !== undefined && document.visibilityState !== 'hidden';
  }
}
