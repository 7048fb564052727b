import { randomBytes } from 'node:crypto';
import { same } from '../../access/index.ts';
import type { Peer } from '../session.ts';
import { CELL_HEIGHT, CELL_WIDTH } from './font.ts';
import { answerChallenge } from './password.ts';
import { type Area, drawArea, NATIVE, type Palette, type PixelFormat, readPixelFormat, writePixelFormat } from './pixels.ts';
import type { TextScreen } from './text-screen.ts';

export interface RfbSettings {
  readonly screen: TextScreen;
  readonly palette: Palette;
  /** The desktop's name. */
  readonly name: string;
  readonly password: string;
  readonly onKey: (keysym: number, down: boolean) => void;
  /** The client is in. */
  readonly onReady: () => void;
}

const VNC_AUTHENTICATION = 2;
const FAILED = 'Authentication failed';
/** Bytes of a client message that are waited for; only cut text can be long. */
const MESSAGE_LIMIT = 1024 * 1024;

/** An RFB 3.8 server (RFC 6143) with VNC authentication and the Raw encoding, as much as every client can do with. */
export class RfbServer {
  readonly #peer: Peer;
  readonly #settings: RfbSettings;
  readonly #challenge = randomBytes(16);
  #pending = Buffer.alloc(0);
  /** Takes one message off {@link #pending}; false when it is not whole yet. */
  #next: () => boolean = () => this.#readVersion();
  #format: PixelFormat = NATIVE;
  /** What the client wants to be told of; undefined while it has asked for nothing. */
  #wanted: Area | undefined;
  #everything = false;

  constructor(peer: Peer, settings: RfbSettings) {
    this.#peer = peer;
    this.#settings = settings;
    peer.send(Buffer.from('RFB 003.008\n'));
  }

  receive(bytes: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#next());
  }

  /** Tells the client of what changed, if it has asked. */
  update(): void {
    const { screen, palette } = this.#settings;
    if (this.#wanted === undefined || (!this.#everything && !screen.hasChanges)) return;
    const wanted = this.#wanted;
    const changed = screen.takeChanges();
    const areas = this.#everything ? [wanted] : changed.map((row) => overlap(wanted, { x: 0, y: row * CELL_HEIGHT, width: screen.columns * CELL_WIDTH, height: CELL_HEIGHT })).filter((area) => area !== undefined);
    if (areas.length === 0) return;
    this.#wanted = undefined;
    this.#everything = false;
    const head = Buffer.alloc(4);
    head.writeUInt16BE(areas.length, 2);
    const parts: Buffer[] = [head];
    for (const area of areas) {
      const rectangle = Buffer.alloc(12);
      [area.x, area.y, area.width, area.height].forEach((value, index) => rectangle.writeUInt16BE(value, 2 * index));
      parts.push(rectangle, drawArea(screen, palette, this.#format, area));
    }
    this.#peer.send(Buffer.concat(parts));
  }

  #take(length: number): Buffer | undefined {
    if (this.#pending.length < length) return undefined;
    const bytes = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return bytes;
  }

  #readVersion(): boolean {
    const version = this.#take(12);
    if (version === undefined) return false;
    if (!/^RFB 003\.00[78]\n$/.test(version.toString('latin1'))) return this.#refuse('Unsupported protocol version');
    this.#peer.send(Buffer.from([1, VNC_AUTHENTICATION]));
    this.#next = () => this.#readSecurity();
    return true;
  }

  #readSecurity(): boolean {
    const type = this.#take(1);
    if (type === undefined) return false;
    if (type[0] !== VNC_AUTHENTICATION) return this.#refuse('Unsupported security type');
    this.#peer.send(this.#challenge);
    this.#next = () => this.#readAnswer();
    return true;
  }

  #readAnswer(): boolean {
    const answer = this.#take(16);
    if (answer === undefined) return false;
    if (!same(answer.toString('hex'), answerChallenge(this.#challenge, this.#settings.password).toString('hex'))) return this.#refuse(FAILED);
    this.#peer.send(Buffer.alloc(4));
    this.#next = () => this.#readInit();
    return true;
  }

  #readInit(): boolean {
    if (this.#take(1) === undefined) return false;
    const { screen, name } = this.#settings;
    const size = Buffer.alloc(4);
    size.writeUInt16BE(screen.columns * CELL_WIDTH, 0);
    size.writeUInt16BE(screen.rows * CELL_HEIGHT, 2);
    const text = Buffer.from(name);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    this.#peer.send(Buffer.concat([size, writePixelFormat(NATIVE), length, text]));
    this.#next = () => this.#readMessage();
    this.#settings.onReady();
    return true;
  }

  #readMessage(): boolean {
    switch (this.#pending[0]) {
      case undefined: return false;
      case 0: return this.#whole(20, (bytes) => this.#setFormat(bytes));
      // The client's encodings: Raw is always among what it can do.
      case 2: return this.#pending.length >= 4 && this.#whole(4 + 4 * this.#pending.readUInt16BE(2), () => undefined);
      case 3: return this.#whole(10, (bytes) => this.#request(bytes));
      case 4: return this.#whole(8, (bytes) => this.#settings.onKey(bytes.readUInt32BE(4), bytes[1] !== 0));
      // The pointer: nothing on a text screen takes notice.
      case 5: return this.#whole(6, () => undefined);
      // Cut text, which QEMU hands on to an agent only. Its length is negative in the extended form.
      case 6: return this.#pending.length >= 8 && this.#whole(8 + Math.abs(this.#pending.readInt32BE(4)), () => undefined);
      default: return this.#refuse(undefined);
    }
  }

  #whole(length: number, use: (bytes: Buffer) => void): boolean {
    if (length > MESSAGE_LIMIT) return this.#refuse(undefined);
    const bytes = this.#take(length);
    if (bytes === undefined) return false;
    use(bytes);
    return true;
  }

  #setFormat(bytes: Buffer): void {
    const format = readPixelFormat(bytes.subarray(4));
    if (format === undefined) this.#refuse(undefined);
    else this.#format = format;
  }

  #request(bytes: Buffer): void {
    const { screen } = this.#settings;
    const asked = { x: bytes.readUInt16BE(2), y: bytes.readUInt16BE(4), width: bytes.readUInt16BE(6), height: bytes.readUInt16BE(8) };
    this.#wanted = overlap(asked, { x: 0, y: 0, width: screen.columns * CELL_WIDTH, height: screen.rows * CELL_HEIGHT });
    this.#everything ||= bytes[1] === 0;
    this.update();
  }

  /** Ends the connection; with a reason where the protocol has a place for one (7.1.3). */
  #refuse(reason: string | undefined): false {
    if (reason !== undefined) {
      const text = Buffer.from(reason);
      const head = Buffer.alloc(8);
      head.writeUInt32BE(1, 0);
      head.writeUInt32BE(text.length, 4);
      this.#peer.send(Buffer.concat([head, text]));
    }
    this.#next = () => false;
    this.#peer.end(reason === FAILED ? 'Failed to run vncproxy.' : undefined);
    return false;
  }
}

function overlap(a: Area, b: Area): Area | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
