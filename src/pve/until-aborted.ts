import { cancelled } from './http/exchange.ts';

/** Waits for shared work, which goes on for others when this one caller gives up. @throws PveError of kind `cancelled` */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, request: string): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(cancelled(request));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
