import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type buildConnector, Client, ping, WebSocket } from 'undici';
import { PveError } from '../errors.ts';
import { connectFailure } from '../http/connect-failure.ts';
import type { ConsoleAnswer } from '../wire/console.ts';
import type { ConsoleEnd, ConsoleListener, ConsoleSocket } from './console-socket.ts';

export interface WebSocketSettings {
  /** Where the worker was started: its port exists on that node only. */
  readonly endpoint: string;
  /** Hands over a TLS socket only when the connection's trust is satisfied. */
  readonly connector: buildConnector.connector;
  /** Below `/api2/json`. */
  readonly path: string;
  readonly worker: ConsoleAnswer;
  /** What proves who asks. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for everything until the socket is open. */
  readonly timeout: number;
  /** Ends the socket, too, once it is open. */
  readonly signal: AbortSignal;
  /** Tells why the server refused the upgrade, when it did; rejects with that. */
  readonly explain: () => Promise<unknown>;
}

/** Milliseconds between looks whether the other side is still there. */
const HEARTBEAT = 20_000;
/** Milliseconds that a closing frame gets to go out; pveproxy does not answer it. */
const FAREWELL = 500;

/**
 * Connects to a worker through pveproxy's WebSocket (`GET …/vncwebsocket`). undici's, because VS Code replaces Node's own HTTP client
 * in its extension host by one that picks connections and certificates itself.
 * @throws PveError of kind `unreachable`, `untrusted-certificate`, `not-proxmox`, `cancelled`, or what the server refuses it with.
 */
export async function openWebSocket(settings: WebSocketSettings): Promise<ConsoleSocket> {
  const { endpoint, path, worker, headers, signal } = settings;
  const line = new Line(endpoint, settings.connector);
  const dispatcher = new Client(endpoint, { connect: line.connect, allowH2: false, headersTimeout: 0, bodyTimeout: 0 });
  // Proxmox wants the ticket in the URL; it is good for one port and forty seconds.
  const query = new URLSearchParams({ port: String(worker.port), vncticket: worker.ticket });
  const socket = new WebSocket(`${endpoint.replace(/^https/, 'wss')}/api2/json${path}?${query.toString()}`, { protocols: ['binary'], dispatcher, headers: { ...headers } });
  socket.binaryType = 'arraybuffer';
  const inbox = new Inbox();
  socket.onmessage = ({ data }) => inbox.take(data as ArrayBuffer | string);
  const stop = (): void => {
    line.destroy();
    void dispatcher.destroy().catch(() => undefined);
  };
  const ended = new Promise<ConsoleEnd>((resolve) => {
    socket.onclose = ({ code }) => {
      resolve({ orderly: code === 1000 || line.closedInOrder });
      stop();
    };
  });
  try {
    await opened(socket, line, settings);
  } catch (error) {
    stop();
    throw error;
  }
  const heartbeat = beat(socket, () => line.destroy());
  signal.addEventListener('abort', stop);
  void ended.then((end) => {
    heartbeat();
    signal.removeEventListener('abort', stop);
    inbox.end(end);
  });
  return {
    worker,
    listen: (listener) => inbox.listen(listener),
    send(data) {
      if (socket.readyState === WebSocket.OPEN) socket.send(typeof data === 'string' ? Buffer.from(data) : data);
    },
    dispose() {
      socket.close();
      setTimeout(stop, FAREWELL).unref();
    },
  };
}

/** The one TLS connection below, and how it ended. */
class Line {
  readonly connect: buildConnector.connector;
  failure: PveError | undefined;
  closedInOrder = false;
  #socket: Socket | undefined;
  #destroyed = false;

  constructor(endpoint: string, connector: buildConnector.connector) {
    this.connect = (options, callback) => connector(options, (...result) => {
      const [error, socket] = result;
      if (error === null) {
        this.#socket = socket;
        socket.once('end', () => (this.closedInOrder = !this.#destroyed));
        socket.once('error', () => (this.closedInOrder = false));
        if (this.#destroyed) socket.destroy();
      } else this.failure = connectFailure(endpoint, error);
      callback(...result);
    });
  }

  destroy(): void {
    this.#destroyed = true;
    this.#socket?.destroy();
  }
}

/** Keeps what comes until somebody listens. */
class Inbox {
  #kept: Uint8Array[] = [];
  #listener: ConsoleListener | undefined;
  #end: ConsoleEnd | undefined;

  take(data: ArrayBuffer | string): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data);
    if (this.#listener === undefined) this.#kept.push(bytes);
    else this.#listener.onData(bytes);
  }

  end(end: ConsoleEnd): void {
    this.#end = end;
    this.#listener?.onEnd(end);
  }

  listen(listener: ConsoleListener): void {
    this.#listener = listener;
    for (const bytes of this.#kept.splice(0)) listener.onData(bytes);
    if (this.#end !== undefined) listener.onEnd(this.#end);
  }
}

function opened(socket: WebSocket, line: Line, { endpoint, path, timeout, signal, explain }: WebSocketSettings): Promise<void> {
  const request = `GET ${path}`;
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      outcome();
    };
    const unreachable = (words: string): PveError => new PveError({ kind: 'unreachable', message: `${endpoint} ${words}.`, advice: 'Try again; a proxy in between must let WebSockets through.', request, endpoint });
    const onAbort = (): void => settle(() => reject(new PveError({ kind: 'cancelled', message: 'Opening the console was cancelled.', request, endpoint })));
    const timer = setTimeout(() => settle(() => reject(unreachable(`did not open the console within ${timeout / 1000} seconds`))), timeout);
    if (signal.aborted) return void onAbort();
    signal.addEventListener('abort', onAbort);
    socket.onopen = () => settle(resolve);
    socket.onerror = () => settle(() => {
      if (line.failure !== undefined) return reject(line.failure);
      // A WebSocket does not tell with what it was refused; the same request without the upgrade does.
      explain().then(() => reject(unreachable('closed the connection without opening the console')), reject);
    });
  });
}

/** A connection that does not answer a ping any more is broken, whatever TCP believes. @returns what ends it */
function beat(socket: WebSocket, onLost: () => void): () => void {
  let answered = true;
  const onPong = (message: unknown): void => {
    if ((message as { readonly websocket?: unknown }).websocket === socket) answered = true;
  };
  subscribe('undici:websocket:pong', onPong);
  const timer = setInterval(() => {
    if (!answered) return onLost();
    answered = false;
    ping(socket);
  }, HEARTBEAT).unref();
  return () => {
    clearInterval(timer);
    unsubscribe('undici:websocket:pong', onPong);
  };
}
