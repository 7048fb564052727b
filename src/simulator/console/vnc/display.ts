import type { Machine } from '../machine.ts';
import type { Peer, Session } from '../session.ts';
import { dateText } from '../shell/commands.ts';
import { Terminal } from '../shell/terminal.ts';
import { Keys } from './keys.ts';
import type { Palette } from './pixels.ts';
import { RfbServer } from './rfb.ts';
import { TextScreen } from './text-screen.ts';

/** What the display shows: a machine's screen, or why there is none. */
export type Picture = { readonly machine: Machine; readonly line: string; readonly loggedIn?: boolean; readonly boot: boolean; readonly endsWithShell?: true };

const CONSOLE: Palette = { light: [200, 204, 209], dark: [12, 14, 18] };
const WINDOWS: Palette = { light: [255, 255, 255], dark: [0, 72, 132] };
/** Milliseconds between looks at the clock and the machine. */
const TICK = 500;

/** A screen of 80 × 25 characters behind a VNC server: a head line with the machine's name and the time, and the console below. */
export class Display implements Session {
  readonly #rfb: RfbServer;
  readonly #screen = new TextScreen(80, 25, 1);
  readonly #picture: Picture;
  readonly #peer: Peer;
  readonly #keys = new Keys((text) => this.#type(text), () => this.#reset());
  #terminal: Terminal | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(peer: Peer, picture: Picture, password: string) {
    this.#peer = peer;
    this.#picture = picture;
    const { machine } = picture;
    this.#rfb = new RfbServer(peer, {
      screen: this.#screen,
      palette: this.#isWindows ? WINDOWS : CONSOLE,
      name: `${picture.boot ? 'QEMU' : 'vncterm'} (${machine.title})`,
      password,
      onKey: (keysym, down) => this.#keys.event(keysym, down),
      onReady: () => this.#show(),
    });
  }

  get #isWindows(): boolean {
    return this.#picture.boot && this.#picture.machine.system.id === 'mswindows';
  }

  receive(bytes: Uint8Array): void {
    this.#rfb.receive(bytes);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#terminal?.dispose();
  }

  #show(): void {
    this.#head();
    this.#boot();
    this.#timer ??= setInterval(() => this.#tick(), TICK);
    this.#timer.unref();
  }

  #tick(): void {
    if (!this.#picture.machine.isRunning()) return this.#peer.end();
    this.#head();
    this.#rfb.update();
  }

  #head(): void {
    const { machine } = this.#picture;
    const time = dateText(machine.now());
    const title = ` ${machine.title}`.slice(0, this.#screen.columns - time.length - 2);
    const text = `${title.padEnd(this.#screen.columns - time.length - 1)}${time} `;
    if (this.#screen.text()[0] !== text.trimEnd()) this.#screen.setRow(0, text, true);
  }

  #boot(): void {
    const { machine, line, loggedIn = false, boot, endsWithShell } = this.#picture;
    this.#terminal?.dispose();
    this.#terminal = undefined;
    this.#screen.clear();
    if (this.#isWindows) {
      this.#screen.write(`\r\n\r\n\r\n  ${machine.system.pretty}\r\n  ${machine.hostname}\r\n\r\n  Press Ctrl+Alt+Delete to unlock.\r\n\r\n  `);
      return;
    }
    if (boot) {
      this.#screen.write(`SeaBIOS (simulated)\r\nBooting from Hard Disk...\r\n\r\nLinux version ${machine.kernel}\r\nCommand line: BOOT_IMAGE=/boot/vmlinuz root=${machine.disk.device} ro quiet\r\n`);
      this.#screen.write(`Memory: ${Math.round(machine.memory.total / 1024 ** 2)} MiB, ${machine.cpus} CPU${machine.cpus === 1 ? '' : 's'}\r\n[  OK  ] Reached target multi-user.target - Multi-User System.\r\n`);
    }
    const write = (text: string): void => {
      this.#screen.write(text);
      this.#rfb.update();
    };
    this.#terminal = new Terminal({ machine, line, loggedIn, write, ...(endsWithShell ? { onExit: () => this.#peer.end() } : {}) });
    this.#terminal.resize(this.#screen.columns, this.#screen.rows - 1);
    this.#terminal.start();
  }

  #type(text: string): void {
    if (this.#terminal === undefined) this.#screen.write(text.replaceAll(/[^\x20-\x7e]/g, ''));
    else this.#terminal.input(text);
    this.#rfb.update();
  }

  #reset(): void {
    this.#boot();
    this.#rfb.update();
  }
}
