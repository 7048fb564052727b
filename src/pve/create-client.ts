import { type Clock, type Logger, silentLogger, systemClock } from '../base/index.ts';
import type { Parameters, RequestOptions } from './client.ts';
import type { Connection, Secrets } from './connection.ts';
import type { ConsoleClient } from './console/console-client.ts';
import { openConsole } from './console/open-console.ts';
import { readAnswer } from './http/answer.ts';
import { Budget } from './http/budget.ts';
import type { Method } from './http/exchange.ts';
import { Gateway } from './http/gateway.ts';
import { asPveError, outgoingOf, Requests } from './http/requests.ts';
import type { Session } from './session/session.ts';
import { ticketSession } from './session/ticket.ts';
import { tokenSession } from './session/token.ts';
import { waitForTask } from './tasks/wait-for-task.ts';
import { type FileClient, uploadFile } from './upload.ts';

export interface ClientOptions {
  /** For the age of tickets. */
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Requests under way at once; default 8. More wait their turn, which does not count as their time. */
  readonly concurrency?: number;
  /** Milliseconds a request may take unless it says otherwise; default 30,000. */
  readonly timeout?: number;
  /** Milliseconds until an endpoint that does not take the connection is given up for the next one; default 8,000. */
  readonly connectTimeout?: number;
}

/**
 * A client of one connection. Nothing happens before the first request: then it connects, and with a password logs in.
 * @throws PveError of kind `bad-parameter` when the connection names no endpoint.
 */
export function createClient(connection: Connection, secrets: Secrets, options: ClientOptions = {}): ConsoleClient & FileClient {
  const { clock = systemClock, logger = silentLogger, concurrency = 8, timeout: usualTimeout = 30_000, connectTimeout = 8_000 } = options;
  const gateway = new Gateway(connection, { connections: concurrency, connectTimeout, logger });
  const disposed = new AbortController();
  const { authentication } = connection;

  /** Not bounded like other requests: those that have their turn wait for it. A login may safely reach the cluster twice. */
  const requestTicket = async (parameters: Parameters): Promise<unknown> => {
    try {
      const how = { repeatable: true, budget: new Budget(usualTimeout), signal: disposed.signal };
      return readAnswer(await gateway.send(outgoingOf('POST', '/access/ticket', parameters), how));
    } catch (error) {
      throw asPveError(error, 'POST /access/ticket');
    }
  };

  const session: Session =
    authentication.kind === 'token'
      ? tokenSession(connection, authentication, secrets)
      : ticketSession(connection, authentication, secrets, { requestTicket, clock, logger });
  const requests = new Requests(gateway, session, { concurrency, logger });

  const call = (method: Method) => (path: string, parameters: Parameters = {}, { signal, timeout = usualTimeout }: RequestOptions = {}): Promise<unknown> =>
    requests.perform(method, path, parameters, timeout, signal === undefined ? disposed.signal : AbortSignal.any([signal, disposed.signal]));

  const client: ConsoleClient & FileClient = {
    connection,
    get: call('GET'),
    post: call('POST'),
    put: call('PUT'),
    delete: call('DELETE'),
    openConsole: (path, parameters, { signal, timeout = usualTimeout } = {}) =>
      openConsole({ connection, requests, session, connectTimeout }, path, parameters, timeout, signal === undefined ? disposed.signal : AbortSignal.any([signal, disposed.signal])),
    upload: (path, file, fields, how = {}) => uploadFile(
      async (outgoing, timeout, given) => {
        const signal = AbortSignal.any([given, disposed.signal]);
        // Who is refused in the middle of a file rarely hears why: whether one is let in at all is asked before.
        await requests.perform('GET', '/version', {}, usualTimeout, signal);
        return (await requests.performOutgoing(outgoing, timeout, signal)).data;
      },
      path, file, fields, how,
    ),
    waitForTask: (upid, how) => waitForTask(client, upid, how),
    dispose() {
      disposed.abort();
      gateway.dispose();
    },
  };
  return client;
}
