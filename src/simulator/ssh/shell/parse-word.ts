import { type Part, type Script, ShellSyntaxError, type Word } from './syntax.ts';

/** A place in a script's text, moved on by whoever reads. */
export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get next(): string {
    return this.text.charAt(this.at);
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Moves on behind the pattern (sticky) and gives its match; undefined, and no move, where it does not fit. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match;
  }

  /** Blanks, line ends that are escaped, and comments. */
  skipBlanks(): void {
    while (this.take(/[ \t]+|\\\n|(?<=^|[\s;])#[^\n]*/y) !== undefined) continue;
  }
}

const PLAIN = /[^\s'"\\$`;&|<>(){}]+|[{}]/y;
const NAME = /[A-Za-z_]\w*|[0-9@#?]/y;

/** @param script reads a script up to the bracket that closes it */
export function parseWord(cursor: Cursor, script: (cursor: Cursor) => Script): Word {
  const parts: Part[] = [];
  while (!cursor.done && !/[\s;&|<>()]/.test(cursor.next)) {
    const plain = cursor.take(PLAIN)?.[0] ?? cursor.take(/\\([^])/y)?.[1];
    if (plain !== undefined) parts.push({ kind: 'text', text: plain });
    else if (cursor.next === "'") parts.push({ kind: 'text', text: quoted(cursor, /'([^']*)'/y) });
    else if (cursor.next === '"') parts.push(...doubleQuoted(cursor, script));
    else if (cursor.next === '$') parts.push(expansion(cursor, script, false));
    else throw new ShellSyntaxError(`syntax error near unexpected token \`${cursor.next}'`);
  }
  return parts;
}

function quoted(cursor: Cursor, pattern: RegExp): string {
  const text = cursor.take(pattern)?.[1];
  if (text === undefined) throw new ShellSyntaxError(`unexpected EOF while looking for matching \`${cursor.next}'`);
  return text;
}

function doubleQuoted(cursor: Cursor, script: (cursor: Cursor) => Script): Part[] {
  cursor.at += 1;
  // Quotes with nothing in them are a word all the same.
  const parts: Part[] = [{ kind: 'text', text: '' }];
  while (cursor.next !== '"') {
    if (cursor.done) throw new ShellSyntaxError('unexpected EOF while looking for matching `"\'');
    const plain = cursor.take(/[^"\\$]+/y)?.[0] ?? cursor.take(/\\(["\\$`])/y)?.[1] ?? cursor.take(/\\/y)?.[0];
    parts.push(plain === undefined ? expansion(cursor, script, true) : { kind: 'text', text: plain });
  }
  cursor.at += 1;
  return parts;
}

function expansion(cursor: Cursor, script: (cursor: Cursor) => Script, isQuoted: boolean): Part {
  cursor.at += 1;
  if (cursor.take(/\(\(/y) !== undefined) throw new ShellSyntaxError('arithmetic is not simulated');
  if (cursor.take(/\(/y) !== undefined) return { kind: 'output', script: script(cursor), quoted: isQuoted };
  if (cursor.take(/\{/y) === undefined) {
    const name = cursor.take(NAME)?.[0];
    return name === undefined ? { kind: 'text', text: '$' } : { kind: 'variable', name, fallback: undefined, quoted: isQuoted };
  }
  const name = cursor.take(NAME)?.[0] ?? '';
  const fallback = cursor.take(/:-([^}$'"]*)/y)?.[1];
  if (name === '' || cursor.take(/\}/y) === undefined) throw new ShellSyntaxError('bad substitution');
  return { kind: 'variable', name, fallback: fallback === undefined ? undefined : [{ kind: 'text', text: fallback }], quoted: isQuoted };
}
