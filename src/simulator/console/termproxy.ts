import type { Machine } from './machine.ts';
import type { Peer, Session } from './session.ts';
import { Terminal } from './shell/terminal.ts';

/** What runs in the terminal: a shell, or a command that says why it cannot and ends. */
export type Program =
  | { readonly machine: Machine; readonly line: string; readonly loggedIn?: boolean; /** What is printed before the shell speaks. */ readonly banner?: string; /** The command ends with its shell. */ readonly endsWithShell?: true }
  | { readonly refusal: string };

export interface TermproxySettings {
  readonly program: Program;
  /** The command line, for the task's error. */
  readonly command: string;
  /** Whether `user` and `ticket` may use this terminal. */
  readonly authenticate: (user: string, ticket: string) => boolean;
}

/** Bytes of an unfinished first line that are accepted, as termproxy's buffer holds them. */
const FIRST_LINE_LIMIT = 8 * 1024;
/** Milliseconds between looks whether the machine still runs. */
const WATCH_INTERVAL = 500;

export const failedCommand = (command: string): string => `command '${command}' failed: exit code 1`;

/**
 * Speaks termproxy's protocol: `user:ticket\n` from the client, `OK` to it, then frames from the client – `0:<bytes>:<data>`,
 * `1:<columns>:<rows>:`, `2` (a ping) – and plain output to it (proxmox/pve-xtermjs, termproxy).
 */
export class Termproxy implements Session {
  readonly #peer: Peer;
  readonly #settings: TermproxySettings;
  #pending = Buffer.alloc(0);
  #terminal: Terminal | undefined;
  #watch: NodeJS.Timeout | undefined;
  #authenticated = false;
  /** Bytes of the current data frame that are still to come. */
  #expected = 0;
  #decoder = new TextDecoder();

  constructor(peer: Peer, settings: TermproxySettings) {
    this.#peer = peer;
    this.#settings = settings;
  }

  receive(bytes: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    if (!this.#authenticated && !this.#readTicket()) return;
    while (this.#readFrame());
  }

  dispose(): void {
    clearInterval(this.#watch);
    this.#terminal?.dispose();
    this.#pending = Buffer.alloc(0);
  }

  #fail(): void {
    this.#peer.end(failedCommand(this.#settings.command));
  }

  #readTicket(): boolean {
    const newline = this.#pending.indexOf('\n');
    if (newline < 0) {
      if (this.#pending.length > FIRST_LINE_LIMIT) this.#fail();
      return false;
    }
    const line = this.#pending.subarray(0, newline).toString('utf8');
    this.#pending = this.#pending.subarray(newline + 1);
    const colon = line.indexOf(':');
    if (colon < 0 || !this.#settings.authenticate(line.slice(0, colon), line.slice(colon + 1))) {
      this.#fail();
      return false;
    }
    this.#authenticated = true;
    this.#peer.send(Buffer.from('OK'));
    this.#run();
    return true;
  }

  #run(): void {
    const { program } = this.#settings;
    const write = (text: string): void => this.#peer.send(Buffer.from(text));
    if ('refusal' in program) {
      write(`${program.refusal}\r\n`);
      return this.#fail();
    }
    const { machine, line, loggedIn = false, banner, endsWithShell } = program;
    if (banner !== undefined) write(`${banner}\r\n`);
    this.#terminal = new Terminal({ machine, line, loggedIn, write, ...(endsWithShell ? { onExit: () => this.#fail() } : {}) });
    this.#watch = setInterval(() => {
      if (!machine.isRunning()) this.#fail();
    }, WATCH_INTERVAL);
    this.#watch.unref();
    this.#terminal.start();
  }

  /** Takes one frame, or a part of a data frame. @returns whether there was one */
  #readFrame(): boolean {
    if (this.#terminal === undefined || this.#pending.length === 0) return false;
    if (this.#expected > 0) {
      const data = this.#pending.subarray(0, this.#expected);
      this.#pending = this.#pending.subarray(data.length);
      this.#expected -= data.length;
      this.#terminal.input(this.#decoder.decode(data, { stream: true }));
      return true;
    }
    const head = this.#pending.subarray(0, 48).toString('latin1');
    const data = /^0:(\d+):/.exec(head);
    const size = /^1:(\d+):(\d+):/.exec(head);
    if (data !== null) this.#expected = Number(data[1]);
    else if (size !== null) this.#terminal.resize(Number(size[1]), Number(size[2]));
    else if (/^[01](?::\d*){0,2}$/.test(head)) return false;
    // A ping, or nonsense, which termproxy passes over byte by byte as well.
    this.#pending = this.#pending.subarray((data ?? size)?.[0].length ?? 1);
    return true;
  }
}
