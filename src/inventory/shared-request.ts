import { PveError } from '../pve/index.ts';

/**
 * One request that several callers wait for. It is cancelled when the last of them has given up; a caller without a
 * signal never does.
 */
export class SharedRequest<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  readonly #onAbandoned: (() => void) | undefined;
  #waiting = 0;

  /** @param onAbandoned called when the request is cancelled because nobody waits any more */
  constructor(work: (signal: AbortSignal) => Promise<T>, onAbandoned?: () => void) {
    this.#onAbandoned = onAbandoned;
    this.#result = work(this.#controller.signal);
    this.#result.catch(() => undefined); // whoever joins is told; a request that everyone has left may fail unheard
  }

  /** The request's result; rejects with a {@link PveError} of kind `cancelled` as soon as `signal` is aborted. */
  join(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(cancelled());
    this.#waiting++;
    if (signal === undefined) return this.#result;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        reject(cancelled());
        if (--this.#waiting === 0) {
          this.cancel();
          this.#onAbandoned?.();
        }
      };
      signal.addEventListener('abort', leave, { once: true });
      void this.#result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  cancel(): void {
    this.#controller.abort();
  }
}

function cancelled(): PveError {
  return new PveError({ kind: 'cancelled', message: 'The request was cancelled.' });
}
