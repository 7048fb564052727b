import type { Machine } from '../machine.ts';
import { dateText, runCommand, type ShellState } from './commands.ts';
import { LineEditor, type LineEnd } from './line-editor.ts';

/** The password of `root` in every simulated system; the login's banner says so. */
export const ROOT_PASSWORD = 'simulated';

export interface TerminalSettings {
  readonly machine: Machine;
  /** As getty names the line: `pts/0`, `ttyS0`, `tty1`. */
  readonly line: string;
  /** Begins logged in as root: `login -f root`. */
  readonly loggedIn?: boolean;
  readonly write: (text: string) => void;
  /** The shell has ended and nothing follows; absent where getty asks for the next login. */
  readonly onExit?: () => void;
}

/** Milliseconds between the lines of a running `ping`. */
const PING_INTERVAL = 1000;

/** A login prompt and, behind it, what looks like a root shell. */
export class Terminal {
  readonly #settings: TerminalSettings;
  readonly #editor: LineEditor;
  readonly #state: ShellState;
  #step: 'user' | 'password' | 'shell' | 'ended' = 'user';
  #user = '';
  #foreground: NodeJS.Timeout | undefined;

  constructor(settings: TerminalSettings) {
    this.#settings = settings;
    this.#state = { machine: settings.machine, cwd: '/root', columns: 80, rows: 24 };
    this.#editor = new LineEditor({ write: settings.write, onLine: (line, how) => this.#take(line, how) });
  }

  /** Shows the first prompt. */
  start(): void {
    if (this.#settings.loggedIn) this.#welcome();
    else this.#greet();
  }

  input(text: string): void {
    if (this.#step === 'ended') return;
    if (this.#foreground === undefined) return this.#editor.input(text);
    const interrupt = text.indexOf('\x03');
    if (interrupt < 0) return;
    this.#stopForeground();
    this.#settings.write('^C\r\n');
    this.#prompt();
    this.#editor.input(text.slice(interrupt + 1));
  }

  resize(columns: number, rows: number): void {
    this.#state.columns = columns;
    this.#state.rows = rows;
  }

  dispose(): void {
    this.#step = 'ended';
    this.#stopForeground();
  }

  #stopForeground(): void {
    clearInterval(this.#foreground);
    this.#foreground = undefined;
  }

  #print(text: string): void {
    this.#settings.write(text.replaceAll('\n', '\r\n'));
  }

  #greet(): void {
    const { machine, line } = this.#settings;
    this.#print(`\n${machine.system.pretty} ${machine.hostname} ${line}\nSimulated: log in as root with the password "${ROOT_PASSWORD}".\n\n`);
    this.#askUser();
  }

  #askUser(): void {
    this.#step = 'user';
    this.#editor.echo = true;
    this.#editor.begin(`${this.#settings.machine.hostname} login: `);
  }

  #welcome(): void {
    const { machine, line } = this.#settings;
    this.#step = 'shell';
    this.#editor.echo = true;
    this.#state.cwd = '/root';
    this.#print(`Linux ${machine.hostname} ${machine.kernel} x86_64\nLast login: ${dateText(machine.bootedAt() * 1000)} on ${line}\n`);
    this.#prompt();
  }

  #prompt(): void {
    const { cwd } = this.#state;
    this.#editor.begin(`root@${this.#settings.machine.hostname}:${cwd.replace(/^\/root/, '~')}# `);
  }

  #take(line: string, how: LineEnd): void {
    switch (this.#step) {
      case 'user':
        if (how !== 'enter' || line.trim() === '') return this.#askUser();
        this.#user = line.trim();
        this.#step = 'password';
        this.#editor.echo = false;
        return this.#editor.begin('Password: ');
      case 'password':
        if (how === 'enter' && this.#user === 'root' && line === ROOT_PASSWORD) return this.#welcome();
        this.#print('\nLogin incorrect\n');
        return this.#askUser();
      case 'shell':
        if (how === 'end-of-file') return this.#logOut();
        return how === 'interrupt' ? this.#prompt() : this.#run(line);
      case 'ended':
    }
  }

  #run(line: string): void {
    const [name = '', ...words] = line.trim().split(/\s+/);
    if (name === 'exit' || name === 'logout') return this.#logOut();
    if (name === 'ping') return this.#ping(words[0] ?? '127.0.0.1');
    if (name === 'clear') this.#settings.write('\x1b[H\x1b[2J');
    else if (name !== '') this.#print(runCommand(this.#state, name, words));
    this.#prompt();
  }

  #logOut(): void {
    this.#print('logout\n');
    if (this.#settings.onExit === undefined) return this.#greet();
    this.#step = 'ended';
    this.#settings.onExit();
  }

  /** Runs until Ctrl-C: something to interrupt. */
  #ping(host: string): void {
    let sequence = 0;
    const next = (): void => this.#print(`64 bytes from ${host}: icmp_seq=${++sequence} ttl=64 time=0.0${4 + (sequence % 5)} ms\n`);
    this.#print(`PING ${host} 56(84) bytes of data.\n`);
    next();
    this.#foreground = setInterval(next, PING_INTERVAL);
    this.#foreground.unref();
  }
}
