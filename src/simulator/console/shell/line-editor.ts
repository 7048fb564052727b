/** What a finished (or given up) line was ended with. */
export type LineEnd = 'enter' | 'interrupt' | 'end-of-file';

export interface LineEditorSettings {
  /** Writes to the person's terminal. */
  readonly write: (text: string) => void;
  readonly onLine: (line: string, how: LineEnd) => void;
}

// eslint-disable-next-line no-control-regex -- the escape character is what this is about
const ESCAPE = /^\x1b(?:\[(?<csi>[0-9;]*[A-Za-z~])|O(?<ss3>[A-Z])|.)/;

/** Edits one line at a time as a shell with readline does: echo, cursor, history, the usual control keys. */
export class LineEditor {
  /** Off while a password is typed. */
  echo = true;
  readonly history: string[] = [];
  readonly #settings: LineEditorSettings;
  #line: string[] = [];
  #cursor = 0;
  #recalled = 0;
  #prompt = '';

  constructor(settings: LineEditorSettings) {
    this.#settings = settings;
  }

  /** Begins a new line behind a prompt. */
  begin(prompt: string): void {
    this.#prompt = prompt;
    this.#line = [];
    this.#cursor = 0;
    this.#recalled = this.history.length;
    this.#settings.write(prompt);
  }

  input(text: string): void {
    let rest = text;
    while (rest !== '') {
      const escape = ESCAPE.exec(rest);
      const taken = escape?.[0] ?? [...rest][0] ?? '';
      rest = rest.slice(taken.length);
      if (escape !== null) this.#special(escape.groups?.['csi'] ?? escape.groups?.['ss3'] ?? '');
      else this.#key(taken);
    }
  }

  #special(code: string): void {
    switch (code) {
      case 'A': return this.#recall(-1);
      case 'B': return this.#recall(1);
      case 'C': return this.#move(this.#cursor + 1);
      case 'D': return this.#move(this.#cursor - 1);
      case 'H': case '1~': return this.#move(0);
      case 'F': case '4~': return this.#move(this.#line.length);
      case '3~': return this.#remove(this.#cursor, this.#cursor + 1);
      default:
    }
  }

  #key(key: string): void {
    switch (key) {
      case '\r': case '\n': return this.#end('enter', '\r\n');
      case '\x03': return this.#end('interrupt', '^C\r\n');
      case '\x04': return this.#line.length === 0 ? this.#end('end-of-file', '') : this.#remove(this.#cursor, this.#cursor + 1);
      case '\x7f': case '\b': return this.#remove(this.#cursor - 1, this.#cursor);
      case '\x01': return this.#move(0);
      case '\x05': return this.#move(this.#line.length);
      case '\x15': return this.#remove(0, this.#cursor);
      case '\x0b': return this.#remove(this.#cursor, this.#line.length);
      case '\x17': return this.#remove(/\S*\s*$/.exec(this.#line.slice(0, this.#cursor).join(''))?.index ?? 0, this.#cursor);
      case '\x0c':
        if (this.echo) this.#settings.write(`\x1b[H\x1b[2J${this.#prompt}${this.#line.join('')}${back(this.#line.length - this.#cursor)}`);
        return;
      default:
        if (key >= ' ') this.#insert(key);
    }
  }

  #end(how: LineEnd, echo: string): void {
    const line = this.#line.join('');
    if (how === 'enter' && this.echo && line.trim() !== '' && this.history.at(-1) !== line) this.history.push(line);
    this.#settings.write(echo);
    this.#settings.onLine(line, how);
  }

  #insert(key: string): void {
    this.#line.splice(this.#cursor, 0, key);
    this.#cursor++;
    const behind = this.#line.slice(this.#cursor);
    if (this.echo) this.#settings.write(`${key}${behind.join('')}${back(behind.length)}`);
  }

  #remove(from: number, to: number): void {
    if (from < 0 || to > this.#line.length || from >= to) return;
    const moved = this.#cursor - from;
    this.#line.splice(from, to - from);
    this.#cursor = from;
    const behind = this.#line.slice(from);
    if (this.echo) this.#settings.write(`${back(moved)}${behind.join('')}\x1b[K${back(behind.length)}`);
  }

  #move(to: number): void {
    if (to < 0 || to > this.#line.length) return;
    if (this.echo) this.#settings.write(to < this.#cursor ? back(this.#cursor - to) : this.#line.slice(this.#cursor, to).join(''));
    this.#cursor = to;
  }

  #recall(step: number): void {
    const index = this.#recalled + step;
    if (!this.echo || index < 0 || index > this.history.length) return;
    this.#recalled = index;
    this.#settings.write(`${back(this.#cursor)}\x1b[K`);
    this.#line = [...(this.history[index] ?? '')];
    this.#cursor = this.#line.length;
    this.#settings.write(this.#line.join(''));
  }
}

const back = (count: number): string => '\b'.repeat(count);
