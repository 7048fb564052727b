import type { Disposable } from './disposable.ts';

/** Subscribes a listener; disposing the result unsubscribes it. Shaped like `vscode.Event` so surfaces can pass it on. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The sending side of an event. Listeners run synchronously, in the order they subscribed. */
export class Emitter<T> implements Disposable {
  #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  };

  /** A listener that throws does not keep the others from being told; the first error is rethrown afterwards. */
  fire(value: T): void {
    let failure: { error: unknown } | undefined;
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
