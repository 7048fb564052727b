import type { ConsoleEnd, DisplayStream, Retry } from '../../pve/index.ts';
import type { DisplayState, FromPage, ToPage } from './display-messages.ts';
import { isPassing } from './terminal-session.ts';

export interface DisplaySource {
  /** As the person knows it. */
  readonly name: string;
  /** @throws PveError */
  open(signal: AbortSignal): Promise<DisplayStream>;
  /** Whether there still is a display. Never rejects. */
  isRunning(): Promise<boolean>;
  /** The clipboard's text. */
  clipboard(): Thenable<string>;
  readonly reopen: <T>(open: () => Promise<T>, how: Retry) => Promise<T>;
}

const ATTEMPTS = 8;
/** Milliseconds that a display must have been seen for its end to be worth opening it again by itself. */
const LIVED = 5_000;

/** Hands RFB on between the cluster's connection and the page, which cannot open one to a pinned certificate itself. */
export class DisplaySession {
  readonly #source: DisplaySource;
  readonly #post: (message: ToPage) => void;
  readonly #closed = new AbortController();
  #stream: DisplayStream | undefined;
  #channel = 0;
  #connectedAt: number | undefined;
  #opening = false;
  #failure: string | undefined;

  constructor(source: DisplaySource, post: (message: ToPage) => void) {
    this.#source = source;
    this.#post = post;
  }

  receive(message: FromPage): void {
    switch (message.type) {
      case 'ready':
      case 'reconnect':
        return void this.#connect();
      case 'paste':
        return void this.#source.clipboard().then((text) => this.#post({ type: 'type', text }));
      case 'data':
        if (message.channel === this.#channel) this.#stream?.socket.send(new Uint8Array(message.bytes));
        return;
      case 'connected':
        if (message.channel !== this.#channel) return;
        this.#connectedAt = Date.now();
        return this.#tell('connected', `Connected to ${this.#source.name}`);
      case 'failed':
        if (message.channel !== this.#channel) return;
        this.#failure = message.reason;
        this.#stream?.socket.dispose();
    }
  }

  dispose(): void {
    this.#closed.abort();
    this.#stream?.socket.dispose();
    this.#stream = undefined;
  }

  async #connect(): Promise<void> {
    if (this.#opening || this.#closed.signal.aborted) return;
    this.#opening = true;
    // That the old one ends is no reason to open another beside the new.
    const old = this.#stream;
    this.#stream = undefined;
    old?.socket.dispose();
    this.#tell('connecting', `Connecting to ${this.#source.name} …`);
    try {
      this.#take(await this.#source.open(this.#closed.signal));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#opening = false;
    }
  }

  #take(stream: DisplayStream): void {
    if (this.#closed.signal.aborted) return stream.socket.dispose();
    this.#stream = stream;
    this.#connectedAt = undefined;
    this.#failure = undefined;
    const channel = ++this.#channel;
    this.#post({ type: 'opened', channel, password: stream.password });
    stream.socket.listen({
      onData: (bytes) => this.#post({ type: 'data', channel, bytes: bytes.slice().buffer }),
      onEnd: (end) => {
        this.#post({ type: 'closed', channel });
        if (this.#stream !== stream) return;
        this.#stream = undefined;
        void this.#ended(end);
      },
    });
  }

  async #ended({ orderly }: ConsoleEnd): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted) return;
    if (this.#failure !== undefined) return this.#tell('ended', `The display was refused: ${this.#failure}`);
    const isOff = orderly && !(await this.#source.isRunning());
    // The person may have connected again meanwhile.
    if (signal.aborted || this.#opening || this.#stream !== undefined) return;
    if (isOff) return this.#tell('ended', `${this.#source.name} is not running.`);
    if (orderly && (this.#connectedAt === undefined || Date.now() - this.#connectedAt < LIVED)) return this.#tell('ended', 'The display was closed by the cluster.');
    this.#tell('connecting', `Connection lost. Connecting to ${this.#source.name} again …`);
    this.#opening = true;
    try {
      this.#take(await this.#source.reopen(() => this.#source.open(signal), { attempts: ATTEMPTS, signal, worthwhile: isPassing }));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#opening = false;
    }
  }

  #fail(error: unknown): void {
    if (!this.#closed.signal.aborted) this.#tell('ended', error instanceof Error ? error.message : String(error));
  }

  #tell(phase: DisplayState['phase'], text: string): void {
    this.#post({ type: 'state', state: { phase, text } });
  }
}
