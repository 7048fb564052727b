/** Milliseconds before the first and at most before every further try. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

export interface Retry {
  /** How often to try at most. */
  readonly attempts: number;
  readonly signal: AbortSignal;
  /** Whether another try may go better than the one that failed with this. */
  readonly worthwhile: (error: unknown) => boolean;
  /** Called before each wait. */
  readonly onWait?: (attempt: number, milliseconds: number) => void;
  /** Default: real time. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Opens something that broke once more, waiting longer from try to try.
 * @throws the last error; the signal's reason when it was aborted
 */
export async function reopen<T>(open: () => Promise<T>, { attempts, signal, worthwhile, onWait, sleep = wait }: Retry): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const milliseconds = Math.min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT);
    onWait?.(attempt, milliseconds);
    await sleep(milliseconds, signal);
    signal.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      if (attempt >= attempts || !worthwhile(error)) throw error;
    }
  }
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
