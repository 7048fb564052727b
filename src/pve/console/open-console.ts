import type { Parameters } from '../client.ts';
import type { Connection } from '../connection.ts';
import { PveError } from '../errors.ts';
import type { Requests } from '../http/requests.ts';
import type { Session } from '../session/session.ts';
import { trustingConnector } from '../tls/connector.ts';
import { consoleAnswer } from '../wire/console.ts';
import type { ConsoleSocket } from './console-socket.ts';
import { openWebSocket } from './web-socket.ts';

export interface ConsoleServices {
  readonly connection: Connection;
  readonly requests: Requests;
  readonly session: Session;
  /** Milliseconds for a TLS handshake. */
  readonly connectTimeout: number;
}

/**
 * Starts a worker and connects to it, by the same trust and as the same user as every request.
 * @param path `…/termproxy`, `…/vncproxy` or `…/vncshell`
 * @throws PveError
 */
export async function openConsole({ connection, requests, session, connectTimeout }: ConsoleServices, path: string, parameters: Parameters, timeout: number, signal: AbortSignal): Promise<ConsoleSocket> {
  const { data, endpoint } = await requests.performSomewhere('POST', path, parameters, timeout, signal);
  const answer = consoleAnswer.safeParse(data);
  if (!answer.success) {
    throw new PveError({ kind: 'not-proxmox', message: `${endpoint} answered POST ${path} with something that is not a console's ticket.`, advice: 'Check that the URL is that of a Proxmox VE node.', request: `POST ${path}`, endpoint });
  }
  const { headers } = await session.proof(signal);
  const upgrade = path.replace(/\/[^/]+$/, '/vncwebsocket');
  const { port, ticket } = answer.data;
  return openWebSocket({
    endpoint, headers, timeout, signal, worker: answer.data, path: upgrade,
    explain: () => requests.perform('GET', upgrade, { port, vncticket: ticket }, timeout, signal),
    connector: trustingConnector(endpoint, connection.trust, connectTimeout),
  });
}
