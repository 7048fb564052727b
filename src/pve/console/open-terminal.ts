import type { Disposable } from '../../base/index.ts';
import { PveError } from '../errors.ts';
import type { ConsoleClient } from './console-client.ts';
import type { ConsoleListener, ConsoleSocket } from './console-socket.ts';
import { consolePath, type ConsoleTarget } from './console-target.ts';

/** A terminal on the other side. Nothing is read before {@link listen}. */
export interface TerminalStream extends Disposable {
  /** The worker's task. */
  readonly upid: string;
  listen(listener: ConsoleListener): void;
  write(text: string): void;
  resize(columns: number, rows: number): void;
}

/** Milliseconds between pings, as Proxmox's own terminal sends them. */
const PING_INTERVAL = 30_000;
/** Milliseconds that the worker may take to check the ticket. */
const LOGIN_TIMEOUT = 12_000;

/**
 * Opens a terminal: a node's shell, a container's console, a VM's serial port (`POST …/termproxy`, protocol of
 * proxmox/pve-xtermjs).
 * @throws PveError; kind `unauthorised` when the worker did not take the ticket.
 */
export async function openTerminal(client: ConsoleClient, target: ConsoleTarget, signal?: AbortSignal): Promise<TerminalStream> {
  const socket = await client.openConsole(`${consolePath(target)}/termproxy`, {}, signal === undefined ? {} : { signal });
  const incoming = new Incoming(socket);
  const { user, ticket, upid } = socket.worker;
  socket.send(`${user}:${ticket}\n`);
  await incoming.accepted(client.connection.name);
  const ping = setInterval(() => socket.send('2'), PING_INTERVAL).unref();
  return {
    upid,
    listen: ({ onData, onEnd }) => incoming.listen({
      onData,
      onEnd: (end) => {
        clearInterval(ping);
        onEnd(end);
      },
    }),
    write: (text) => socket.send(`0:${Buffer.byteLength(text)}:${text}`),
    resize: (columns, rows) => socket.send(`1:${columns}:${rows}:`),
    dispose() {
      clearInterval(ping);
      socket.dispose();
    },
  };
}

/** What comes from the worker: `OK` first, everything after it is output. Kept until somebody listens. */
class Incoming {
  readonly #socket: ConsoleSocket;
  #head = Buffer.alloc(0);
  #listener: ConsoleListener | undefined;
  #verdict: ((accepted: boolean) => void) | undefined;
  #accepted = false;
  #end: Parameters<ConsoleListener['onEnd']>[0] | undefined;

  constructor(socket: ConsoleSocket) {
    this.#socket = socket;
  }

  async accepted(name: string): Promise<void> {
    const accepted = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), LOGIN_TIMEOUT);
      this.#verdict = (verdict) => {
        clearTimeout(timer);
        resolve(verdict);
      };
      this.#socket.listen({ onData: (bytes) => this.#take(bytes), onEnd: (end) => this.#ended(end) });
    });
    if (accepted) return;
    this.#socket.dispose();
    throw new PveError({ kind: 'unauthorised', message: `${name} opened the terminal but did not let us in.`, advice: 'Try again. If it stays so, check the privilege for consoles (VM.Console, Sys.Console) and the task of the terminal.' });
  }

  listen(listener: ConsoleListener): void {
    this.#listener = listener;
    if (this.#head.length > 0) listener.onData(this.#head);
    this.#head = Buffer.alloc(0);
    if (this.#end !== undefined) listener.onEnd(this.#end);
  }

  #take(bytes: Uint8Array): void {
    if (this.#accepted && this.#listener !== undefined) return this.#listener.onData(bytes);
    this.#head = Buffer.concat([this.#head, bytes]);
    if (this.#accepted || this.#head.length < 2) return;
    this.#accepted = this.#head.subarray(0, 2).toString('latin1') === 'OK';
    this.#head = this.#head.subarray(2);
    this.#verdict?.(this.#accepted);
  }

  #ended(end: Parameters<ConsoleListener['onEnd']>[0]): void {
    this.#verdict?.(false);
    this.#end = end;
    this.#listener?.onEnd(end);
  }
}
