import { type Disposable, Emitter } from '../../base/index.ts';
import type { TaskState } from '../../inventory/index.ts';
import type { PveError } from '../../pve/index.ts';
import { logLine } from '../text/index.ts';

/** How a task's log is read; rejects with `PveError`. */
export interface TaskLogSource {
  state(signal: AbortSignal): Promise<TaskState>;
  /** Lines from `start` (0 is the first), at most `limit`. */
  lines(start: number, limit: number, signal: AbortSignal): Promise<readonly string[]>;
}

export interface TaskLogPace {
  /** Milliseconds between looks at a running task. */
  readonly poll: number;
  /** Milliseconds until the next try after a failure. */
  readonly retry: number;
  /** Lines per request. */
  readonly page: number;
  /** Lines shown until somebody asks for more, and as many again each time. */
  readonly portion: number;
}

const usualPace: TaskLogPace = { poll: 1000, retry: 5000, page: 1000, portion: 10_000 };

/** Errors that trying again does not cure. */
const final: ReadonlySet<PveError['kind']> = new Set(['not-found', 'forbidden', 'bad-parameter', 'not-proxmox', 'untrusted-certificate', 'unauthorised', 'second-factor']);

/** One task's log as it grows, until the task has ended. A huge one comes in portions. */
export class TaskLog implements Disposable {
  readonly #source: TaskLogSource;
  readonly #pace: TaskLogPace;
  readonly #changes = new Emitter<void>();
  readonly #cancel = new AbortController();
  readonly #lines: string[] = [];
  #limit: number;
  #state: TaskState | undefined;
  #error: PveError | undefined;
  #continues = false;
  #wake: (() => void) | undefined;
  #reading = false;

  /** The text or {@link continues} changed. */
  readonly onDidChange = this.#changes.event;

  constructor(source: TaskLogSource, pace: Partial<TaskLogPace> = {}) {
    this.#source = source;
    this.#pace = { ...usualPace, ...pace };
    this.#limit = this.#pace.portion;
    void this.#read();
  }

  /** Whether the cluster has more lines than are shown. */
  get continues(): boolean {
    return this.#continues;
  }

  /** Whether nothing more will come by itself: the task has ended and its log is read, or reading it failed for good. */
  get isComplete(): boolean {
    return !this.#reading;
  }

  /** The lines, then what has to be said about them. */
  get text(): string {
    const footer = this.#footer();
    return [...this.#lines, ...(footer === undefined ? [] : [footer])].join('\n');
  }

  /** Shows the next portion, or tries again after a failure. */
  more(): void {
    if (this.#continues) this.#limit += this.#pace.portion;
    this.#continues = false;
    if (this.#reading) this.#wake?.();
    else void this.#read();
  }

  dispose(): void {
    this.#cancel.abort();
    this.#wake?.();
    this.#changes.dispose();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    const { signal } = this.#cancel;
    while (!signal.aborted) {
      const before = this.text;
      const wasContinuing = this.#continues;
      const wait = await this.#look(signal);
      if (signal.aborted) return;
      this.#reading = wait !== undefined;
      if (before !== this.text || wasContinuing !== this.#continues) this.#changes.fire();
      if (wait === undefined) return;
      await this.#sleep(wait);
    }
  }

  /** @returns milliseconds until the next look; undefined when there is none */
  async #look(signal: AbortSignal): Promise<number | undefined> {
    const { poll, retry, page } = this.#pace;
    try {
      // The state first: what a task wrote before it ended is in the log that is read afterwards.
      this.#state = await this.#source.state(signal);
      for (;;) {
        const room = Math.min(page, this.#limit - this.#lines.length);
        // One more than there is room for tells whether the log goes on.
        const lines = await this.#source.lines(this.#lines.length, room + 1, signal);
        this.#lines.push(...lines.slice(0, room).map(logLine));
        if (lines.length <= room) break;
        if (this.#lines.length >= this.#limit) {
          this.#continues = true;
          break;
        }
      }
      this.#error = undefined;
      return this.#state.running ? poll : undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#error = error as PveError;
      return final.has(this.#error.kind) ? undefined : retry;
    }
  }

  #footer(): string | undefined {
    if (this.#error !== undefined) {
      const { message, details } = this.#error;
      const next = this.#reading ? 'Trying again.' : (details.advice ?? '');
      return `── The log cannot be read: ${logLine(message)} ${next}`.trimEnd();
    }
    if (this.#continues) return `── ${this.#lines.length.toLocaleString('en-GB')} lines are shown. “Proxmox: Load More of the Task Log” shows the next ones.`;
    if (this.#lines.length > 0) return undefined;
    return this.#state === undefined ? 'Reading the log…' : this.#state.running ? 'The task runs and has written nothing yet.' : `The log is empty. The task ended with: ${logLine(this.#state.exitstatus ?? 'unknown')}`;
  }

  async #sleep(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
