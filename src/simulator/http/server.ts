import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tickets } from '../access/index.ts';
import { ApiError } from '../api/errors.ts';
import { type Consoles, createUpgrade } from '../console/index.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Fault, Faults } from '../faults/index.ts';
import type { Cluster } from '../state/cluster.ts';
import { type Answer, fail, type Format, plain, send, succeed } from './answer.ts';
import { authenticate, isUpload, Unauthorised } from './authenticate.ts';
import type { ServerCertificate } from './certificate.ts';
import { readParameters } from './parameters.ts';
import { receiveUpload } from './upload.ts';

export interface ServerSettings {
  readonly cluster: Cluster;
  readonly tickets: Tickets;
  readonly consoles: Consoles;
  readonly dispatch: Dispatch;
  readonly certificate: ServerCertificate;
  /** Milliseconds that every answer takes at least. */
  readonly latency: number;
  readonly faults: Faults;
  /** Gets errors of our own making, which clients see as 500. */
  readonly report: (message: string) => void;
}

const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE']);
/** Bytes of a request's body that are accepted (pveproxy takes 64 KiB of form data; notes of guests alone may be longer than that). */
const BODY_LIMIT = 16 * 1024 * 1024;
const BASE = /^\/api2\/(json|extjs)(\/.*)?$/;

const PAGE = '<!doctype html><meta charset="utf-8"><title>Simulated Proxmox VE cluster</title><p>A simulated Proxmox VE cluster. Its API is at <code>/api2/json</code>.';

/** An HTTPS server that answers like pveproxy. */
export function createApiServer(settings: ServerSettings): Server {
  const server = createServer({ cert: settings.certificate.cert, key: settings.certificate.key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] }, (request, response) => {
    handle(settings, request, response).catch((error: unknown) => {
      settings.report(error instanceof Error ? (error.stack ?? error.message) : String(error));
      response.destroy();
    });
  });
  server.on('upgrade', createUpgrade({ consoles: settings.consoles, ask: (request) => askToUpgrade(settings, request) }));
  server.keepAliveTimeout = 30_000;
  return server;
}

async function handle(settings: ServerSettings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'https://localhost');
  const path = decode(pathname);
  const target = BASE.exec(path);
  const relative = (target?.[2] ?? '/').replace(/(.)\/$/, '$1');
  const fault = settings.faults.forRequest(request.method ?? '', relative);
  await delay(settings.latency + (fault?.delay ?? 0));
  if (fault?.drop) return void request.socket.destroy();
  if (fault?.hang) return;
  const answer = fault?.status === undefined ? await answerTo(settings, request, path, search, fault) : plain(fault.status, fault.message ?? 'simulated fault', '');
  if (response.destroyed) return;
  if (fault?.truncate) return truncate(response, answer);
  await send(response, answer, request.headers['accept-encoding']);
}

/** A request to go on as a WebSocket: everything but the answer is as with other requests. */
async function askToUpgrade(settings: ServerSettings, request: IncomingMessage): Promise<unknown> {
  const { pathname, search } = new URL(request.url ?? '/', 'https://localhost');
  const path = BASE.exec(decode(pathname))?.[2] ?? '/';
  const fault = settings.faults.forRequest(request.method ?? '', path);
  await delay(settings.latency + (fault?.delay ?? 0));
  if (fault?.drop || fault?.hang || fault?.truncate) return undefined;
  if (fault?.status !== undefined) throw new ApiError(fault.status, fault.message ?? 'simulated fault');
  if (request.method !== 'GET' || !path.endsWith('websocket')) throw new ApiError(501, `Method '${request.method ?? ''} ${path}' not implemented`);
  try {
    const { cookie, authorization } = request.headers;
    const user = fault?.expireTicket ? undefined : authenticate(settings.cluster, settings.tickets, 'GET', path, { cookie, authorization, csrf: undefined });
    if (user === undefined) throw new Unauthorised('Authentication failed!');
    return settings.dispatch({ method: 'GET', path, user, parameters: readParameters('GET', search.slice(1), undefined, '') });
  } catch (error) {
    throw error instanceof Unauthorised ? new ApiError(401, error.message) : error;
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Announces the whole answer and breaks off in the middle of it. */
function truncate(response: ServerResponse, { status, contentType, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'Content-Length': bytes.length, ...(contentType === undefined ? {} : { 'Content-Type': contentType }) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

async function answerTo(settings: ServerSettings, request: IncomingMessage, path: string, search: string, fault: Fault | undefined): Promise<Answer> {
  const method = request.method ?? '';
  if (!METHODS.has(method)) return plain(501, `method '${method}' not available`, '');
  if (request.headers['transfer-encoding'] !== undefined) return plain(501, 'chunked transfer encoding not supported');
  const target = BASE.exec(path);
  if (target === null) {
    if (path === '/' && method === 'GET') return { status: 200, contentType: 'text/html; charset=utf-8', body: PAGE };
    return path.startsWith('/api2') ? plain(501, 'no such uri') : plain(500, `no such file '${path}'`);
  }
  const format = target[1] as Format;
  const relative = (target[2] ?? '/').replace(/(.)\/$/, '$1');
  let user: string | undefined;
  try {
    if (fault?.expireTicket) throw new Unauthorised('Authentication failed!');
    const { cookie, authorization, csrfpreventiontoken } = request.headers;
    user = authenticate(settings.cluster, settings.tickets, method, relative, { cookie, authorization, csrf: typeof csrfpreventiontoken === 'string' ? csrfpreventiontoken : undefined });
  } catch (error) {
    if (error instanceof Unauthorised) return plain(401, error.message, '');
    throw error;
  }
  if (Number(request.headers['content-length'] ?? 0) > 0 && method !== 'PUT' && method !== 'POST') return plain(501, `Unexpected content for method '${method}'`);
  return operate(settings, request, { format, method, path: relative, query: search.slice(1), user });
}

interface Target {
  readonly format: Format;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly user: string | undefined;
}

async function operate({ dispatch, report }: ServerSettings, request: IncomingMessage, { format, method, path, query, user }: Target): Promise<Answer> {
  try {
    if (isUpload(method, path)) return succeed(format, dispatch({ method, path, user, ...(await receiveUpload(request)) }));
    const parameters = readParameters(method, query, request.headers['content-type'], await readBody(request));
    return succeed(format, dispatch({ method, path, user, parameters }));
  } catch (error) {
    if (error instanceof ApiError) return fail(format, error);
    report(`${method} ${path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return fail(format, new ApiError(500, error instanceof Error ? error.message : String(error)));
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new ApiError(413, 'request entity too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
