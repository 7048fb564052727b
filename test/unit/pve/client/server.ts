import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { certificate, type Issued } from './certificates.ts';

/** A request as it reached the server. */
export interface Received {
  readonly method: string;
  /** Below `/api2/json`, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Everything, as it came. */
  readonly body: string;
}

export type Answering = (request: Received, response: ServerResponse, raw: IncomingMessage) => void | Promise<void>;

export interface TestServer {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  readonly certificate: Issued;
  readonly received: Received[];
  /** Connections that were opened, with or without a request. */
  readonly connections: Set<Socket>;
  answer: Answering;
  close(): Promise<void>;
}

const open = new Set<{ close(): Promise<void> }>();

/** Ends what a test left open. */
export async function closeAll(): Promise<void> {
  for (const each of [...open]) await each.close();
}

export function closing(server: Server, sockets: Set<Socket>): () => Promise<void> {
  const handle = {
    close: (): Promise<void> => {
      open.delete(handle);
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  open.add(handle);
  return handle.close;
}

let shared: Promise<Issued> | undefined;

/** A real HTTPS server with a real certificate that answers as the test says. */
export async function serve(answer: Answering, settings: { readonly certificate?: Issued; readonly port?: number; readonly chain?: string } = {}): Promise<TestServer> {
  const its = settings.certificate ?? (await (shared ??= certificate()));
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ cert: its.cert + (settings.chain ?? ''), key: its.key }, (raw, response) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => {
      const url = new URL(raw.url ?? '/', 'https://localhost');
      const body = Buffer.concat(chunks).toString();
      const request = { method: raw.method ?? '', path: url.pathname.replace(/^\/api2\/json/, ''), query: url.searchParams, form: new URLSearchParams(body), headers: raw.headers, body };
      received.push(request);
      void test.answer(request, response, raw);
    });
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // Clients that do not trust us hang up.
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(settings.port ?? 0, '127.0.0.1', resolve));
  const test: TestServer = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate: its,
    received,
    connections: sockets,
    answer,
    close: closing(server, sockets),
  };
  return test;
}

/** Answers like pveproxy. */
export function data(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify({ data: value }));
}

/** An error like pveproxy's: the reason is in the status line and, whole, in the body. */
export function refuse(response: ServerResponse, status: number, reason: string, errors?: Readonly<Record<string, string>>): void {
  const phrase = Buffer.from(reason.split('\n')[0]!, 'utf8').toString('latin1');
  response.writeHead(status, phrase, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify({ data: null, message: `${reason}\n`, ...(errors === undefined ? {} : { errors }) }));
}
