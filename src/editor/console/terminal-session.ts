import type { ConsoleEnd, PveError, Retry, TerminalStream } from '../../pve/index.ts';

/** Where a terminal comes from, and what became of it. */
export interface TerminalSource {
  /** As the person knows it: `web-1 (105)`. */
  readonly name: string;
  /** @throws PveError */
  open(signal: AbortSignal): Promise<TerminalStream>;
  /**
   * Why the other side ended the terminal: its shell is over, the guest is off, or it still runs (it was restarted or moved).
   * Never rejects.
   */
  fate(): Promise<'over' | 'off' | 'running'>;
  /** `reopen` of the room `pve`, which is loaded late. */
  readonly reopen: <T>(open: () => Promise<T>, how: Retry) => Promise<T>;
}

export interface TerminalView {
  readonly write: (text: string) => void;
  /** The shell has ended: the terminal closes. */
  readonly close: () => void;
}

/** How often a broken connection is tried again before the person is asked. */
const ATTEMPTS = 8;
/** Milliseconds that a terminal must have lived for its end to be worth opening it again by itself. */
const LIVED = 5_000;

const dim = (text: string): string => `\x1b[2m${text}\x1b[0m\r\n`;
const red = (text: string): string => `\x1b[31m${text}\x1b[0m\r\n`;

/** A terminal as a person has it: it connects, survives broken connections, says what goes on, and ends with its shell. */
export class TerminalSession {
  readonly #source: TerminalSource;
  readonly #view: TerminalView;
  readonly #now: () => number;
  readonly #closed = new AbortController();
  #decoder = new TextDecoder();
  #stream: TerminalStream | undefined;
  #openedAt = 0;
  /** Nothing is connected and the person decides with Enter. */
  #asked = false;
  #size: readonly [columns: number, rows: number] | undefined;

  constructor(source: TerminalSource, view: TerminalView, now: () => number = Date.now) {
    this.#source = source;
    this.#view = view;
    this.#now = now;
  }

  async start(): Promise<void> {
    this.#asked = false;
    this.#view.write(dim(`Connecting to ${this.#source.name} …`));
    try {
      this.#take(await this.#source.open(this.#closed.signal));
    } catch (error) {
      this.#fail(error);
    }
  }

  input(text: string): void {
    if (this.#stream !== undefined) this.#stream.write(text);
    else if (this.#asked && /[\r\n]/.test(text)) void this.start();
  }

  resize(columns: number, rows: number): void {
    this.#size = [columns, rows];
    this.#stream?.resize(columns, rows);
  }

  dispose(): void {
    this.#closed.abort();
    this.#stream?.dispose();
    this.#stream = undefined;
  }

  #take(stream: TerminalStream): void {
    if (this.#closed.signal.aborted) return stream.dispose();
    this.#stream = stream;
    this.#openedAt = this.#now();
    this.#decoder = new TextDecoder();
    if (this.#size !== undefined) stream.resize(...this.#size);
    stream.listen({
      onData: (bytes) => this.#view.write(this.#decoder.decode(bytes, { stream: true })),
      onEnd: (end) => {
        if (this.#stream !== stream) return;
        this.#stream = undefined;
        void this.#ended(end);
      },
    });
  }

  async #ended({ orderly }: ConsoleEnd): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted) return;
    if (orderly) {
      const fate = await this.#source.fate();
      if (signal.aborted) return;
      if (fate === 'over') return this.#view.close();
      if (fate === 'off') return this.#ask(`\r\n${this.#source.name} is not running.`);
      if (this.#now() - this.#openedAt < LIVED) return this.#ask('\r\nThe console was closed by the cluster.');
    }
    await this.#reopen(orderly ? 'The console was closed' : 'Connection lost');
  }

  async #reopen(reason: string): Promise<void> {
    this.#view.write(`\r\n${dim(`${reason}. Connecting to ${this.#source.name} again …`)}`);
    try {
      const stream = await this.#source.reopen(() => this.#source.open(this.#closed.signal), {
        attempts: ATTEMPTS, signal: this.#closed.signal, worthwhile: isPassing,
      });
      this.#view.write(dim('Connected again.'));
      this.#take(stream);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#closed.signal.aborted) return;
    this.#view.write(red(error instanceof Error ? error.message : String(error)));
    const advice = isPveError(error) ? error.details.advice : undefined;
    this.#ask(advice ?? 'The console could not be opened.');
  }

  #ask(text: string): void {
    this.#view.write(dim(`${text} Press Enter to connect again.`));
    this.#asked = true;
  }
}

/** Structurally: the room `pve` is not loaded for this. */
function isPveError(error: unknown): error is PveError {
  return error instanceof Error && 'kind' in error && 'details' in error;
}

/** Troubles of the way there, which may be over at the next try. */
export function isPassing(error: unknown): boolean {
  return isPveError(error) && (error.kind === 'unreachable' || error.kind === 'node-unreachable' || error.kind === 'not-found');
}
