const CONTROL = new Set([0xffe3, 0xffe4]);
const ALT = new Set([0xffe9, 0xffea]);
const DELETE = 0xffff;

/** X11 keysyms that are no character (keysymdef.h) and what a terminal sends for them. */
const SPECIAL: Readonly<Record<number, string>> = {
  0xff08: '\x7f', 0xff09: '\t', 0xff0d: '\r', 0xff8d: '\r', 0xff1b: '\x1b', [DELETE]: '\x1b[3~',
  0xff50: '\x1b[H', 0xff51: '\x1b[D', 0xff52: '\x1b[A', 0xff53: '\x1b[C', 0xff54: '\x1b[B', 0xff57: '\x1b[F',
};

/** Turns key events into what a terminal sends. */
export class Keys {
  readonly #held = new Set<number>();
  readonly #onText: (text: string) => void;
  readonly #onReset: () => void;

  /** @param onReset Ctrl-Alt-Del was pressed */
  constructor(onText: (text: string) => void, onReset: () => void) {
    this.#onText = onText;
    this.#onReset = onReset;
  }

  event(keysym: number, down: boolean): void {
    if (CONTROL.has(keysym) || ALT.has(keysym)) {
      if (down) this.#held.add(keysym);
      else this.#held.delete(keysym);
      return;
    }
    if (!down) return;
    const [control, alt] = [this.#holds(CONTROL), this.#holds(ALT)];
    if (keysym === DELETE && control && alt) return this.#onReset();
    const text = SPECIAL[keysym] ?? characterOf(keysym);
    if (text !== undefined) this.#onText(control && /^[@-_a-z]$/.test(text) ? String.fromCharCode(text.toUpperCase().charCodeAt(0) & 0x1f) : text);
  }

  #holds(keys: ReadonlySet<number>): boolean {
    return this.#held.intersection(keys).size > 0;
  }
}

/** Latin 1 keysyms are the characters themselves, others carry the code point above 0x01000000. */
function characterOf(keysym: number): string | undefined {
  if ((keysym >= 0x20 && keysym <= 0x7e) || (keysym >= 0xa0 && keysym <= 0xff)) return String.fromCharCode(keysym);
  return keysym > 0x0100_0000 && keysym <= 0x0110_ffff ? String.fromCodePoint(keysym - 0x0100_0000) : undefined;
}
