import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { ApiError } from '../api/errors.ts';
import type { Consoles } from './consoles.ts';

/** Bytes of one frame from a client (PVE::APIServer::AnyEvent, websocket_proxy). */
const MAX_PAYLOAD = 128 * 1024;

export interface UpgradeSettings {
  readonly consoles: Consoles;
  /** Authenticates and runs the request like any other; gives the answer's data. Throws `ApiError`; undefined drops the connection. */
  readonly ask: (request: IncomingMessage) => Promise<unknown>;
}

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Turns `GET …/vncwebsocket` into a WebSocket to the worker on the port, as pveproxy does. */
export function createUpgrade({ consoles, ask }: UpgradeSettings): Upgrade {
  // Without extensions: pveproxy knows none. It answers with the subprotocol that was asked for.
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_PAYLOAD, handleProtocols: (protocols) => [...protocols][0] ?? false });
  return (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    ask(request).then(
      (answer) => {
        const port = typeof answer === 'object' && answer !== null && 'port' in answer ? Number(answer.port) : undefined;
        if (port === undefined) return void socket.destroy();
        server.handleUpgrade(request, socket, head, (client) => attach(consoles, port, client, socket));
      },
      (error: unknown) => refuse(socket, error instanceof ApiError ? error : new ApiError(500, error instanceof Error ? error.message : String(error))),
    );
  };
}

/** Nobody on the port, or somebody else there already: pveproxy's connection to it fails, and it lets go of the client. */
function attach(consoles: Consoles, port: number, client: WebSocket, socket: Duplex): void {
  // A worker that ends lets pveproxy close the connection without a closing frame, when all has been written.
  const connected = consoles.connect(port, (bytes) => client.send(bytes), () => socket.end());
  if (connected === undefined) return void socket.end();
  client.on('message', (data: RawData) => connected.receive(bytesOf(data)));
  client.on('close', () => connected.closed());
  client.on('error', () => client.terminate());
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function refuse(socket: Duplex, { status, message }: ApiError): void {
  const body = JSON.stringify({ data: null, message: `${message}\n` });
  socket.end(`HTTP/1.1 ${status} ${message.replaceAll(/[\r\n]+/g, ' ')}\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}
