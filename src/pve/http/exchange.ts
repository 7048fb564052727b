import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { PveError } from '../errors.ts';
import { connectFailure } from './connect-failure.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One request as it goes over the wire. */
export interface Outgoing {
  readonly method: Method;
  /** Below `/api2/json`, without query; names the request in errors. */
  readonly path: string;
  readonly query: string;
  /** A function gives what is read as it is sent, anew for each try. */
  readonly body: string | (() => Readable) | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** One answer, whole, as it came over the wire. */
export interface Incoming {
  readonly endpoint: string;
  readonly request: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Why there is no answer, and what that means for trying again. */
export class ExchangeFailure extends Error {
  readonly error: PveError;
  /** Whether the request may have reached the server. */
  readonly sent: boolean;
  /** Whether the next try may well go better. */
  readonly transient: boolean;

  constructor(error: PveError, { sent, transient }: { readonly sent: boolean; readonly transient: boolean }) {
    super(error.message, { cause: error });
    this.error = error;
    this.sent = sent;
    this.transient = transient;
  }
}

/** Answers longer than this are refused. Bytes; the resources of 50,000 guests are a third of it. */
export const answerLimit = 64 * 1024 * 1024;

export const requestName = ({ method, path }: Pick<Outgoing, 'method' | 'path'>): string => `${method} ${path}`;

/**
 * Sends one request and reads the whole answer, whatever its status.
 * @param timeout Milliseconds for everything: connection, request, answer.
 * @throws ExchangeFailure whose `error` is a PveError of kind `unreachable`, `untrusted-certificate`, `not-proxmox`,
 * `server-error` (answer too long), `cancelled` or `bad-parameter` (CA file).
 */
export function exchange(dispatcher: Dispatcher, endpoint: string, outgoing: Outgoing, timeout: number, signal: AbortSignal | undefined): Promise<Incoming> {
  const request = requestName(outgoing);
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let reason = '';
    let headers: Incoming['headers'] = {};
    let length = 0;
    // Decoded as it comes: kept until the end, the bytes of a big answer leave the process megabytes larger for good.
    const decoder = new StringDecoder('utf8');
    let body = '';

    const settle = (outcome: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      outcome();
    };
    /** Ends the exchange from this side. */
    const giveUp = (error: PveError, transient: boolean): void => {
      settle(() => reject(new ExchangeFailure(error, { sent: controller !== undefined, transient })));
      controller?.abort(error);
    };
    const onAbort = (): void => giveUp(cancelled(request, endpoint), false);
    const timer = setTimeout(() => giveUp(timedOut(request, endpoint, timeout), false), timeout);
    if (signal?.aborted) return void onAbort();
    signal?.addEventListener('abort', onAbort);

    dispatcher.dispatch(
      {
        origin: endpoint,
        method: outgoing.method,
        path: `/api2/json${outgoing.path}${outgoing.query === '' ? '' : `?${outgoing.query}`}`,
        headers: { accept: 'application/json', ...outgoing.headers },
        body: typeof outgoing.body === 'function' ? outgoing.body() : (outgoing.body ?? null),
      },
      {
        // Comes when there is a connection that the trust accepts, right before the first byte is written.
        onRequestStart: (its) => {
          controller = its;
          if (settled) its.abort(new Error('given up before it was sent'));
        },
        onResponseStart: (_controller, statusCode, its, statusMessage = '') => {
          // 1xx is followed by the answer itself.
          if (statusCode < 200) return;
          status = statusCode;
          reason = statusMessage;
          headers = its;
          if (Number(its['content-length'] ?? 0) > answerLimit) giveUp(tooLong(request, endpoint), false);
        },
        onResponseData: (_controller, chunk) => {
          length += chunk.length;
          if (length > answerLimit) giveUp(tooLong(request, endpoint), false);
          else body += decoder.write(chunk);
        },
        onResponseEnd: () => settle(() => resolve({ endpoint, request, status, reason, headers, body: body + decoder.end() })),
        onResponseError: (_controller, error) => {
          const sent = controller !== undefined;
          settle(() => reject(sent ? broken(request, endpoint, error, status !== 0) : notConnected(endpoint, error)));
        },
      },
    );
  });
}

function notConnected(endpoint: string, cause: Error): ExchangeFailure {
  const error = connectFailure(endpoint, cause);
  const timeout = 'code' in cause && (cause.code === 'UND_ERR_CONNECT_TIMEOUT' || cause.code === 'ETIMEDOUT');
  return new ExchangeFailure(error, { sent: false, transient: error.kind === 'unreachable' && !timeout });
}

/** The connection was there and failed while the request or the answer was under way. */
function broken(request: string, endpoint: string, cause: Error, begun: boolean): ExchangeFailure {
  if (cause.name === 'HTTPParserError') {
    const error = new PveError({
      kind: 'not-proxmox',
      message: `${endpoint} answered ${request} with something that is not HTTP.`,
      advice: 'Check the port; Proxmox VE listens on 8006.',
      request,
      endpoint,
      cause,
    });
    return new ExchangeFailure(error, { sent: true, transient: false });
  }
  const error = new PveError({
    kind: 'unreachable',
    message: begun
      ? `${endpoint} broke off in the middle of its answer to ${request}.`
      : `${endpoint} closed the connection without answering ${request}.`,
    advice: 'Try again; if it stays so, look at the service pveproxy on the node and at proxies or firewalls in between.',
    request,
    endpoint,
    cause,
  });
  return new ExchangeFailure(error, { sent: true, transient: true });
}

export function cancelled(request: string, endpoint?: string): PveError {
  return new PveError({ kind: 'cancelled', message: `${request} was cancelled.`, request, ...(endpoint === undefined ? {} : { endpoint }) });
}

export function timedOut(request: string, endpoint: string, timeout: number): PveError {
  return new PveError({
    kind: 'unreachable',
    message: `${endpoint} did not answer ${request} within ${timeout / 1000} seconds.`,
    advice: 'The node may be overloaded or hang on a storage or another node; look at it, then try again.',
    request,
    endpoint,
  });
}

function tooLong(request: string, endpoint: string): PveError {
  return new PveError({
    kind: 'server-error',
    message: `${endpoint} answered ${request} with more than ${answerLimit / 1024 / 1024} MiB, which is refused.`,
    advice: 'Check that the URL is that of a Proxmox VE node; if it is, ask for less at once.',
    request,
    endpoint,
  });
}
