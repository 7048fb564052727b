/** Something that is open at the cursor. */
export interface Frame {
  readonly kind: 'file' | 'block' | 'object' | 'list' | 'group' | 'template';
  /** Of a block: its type; of a `group`: the function called, or nothing. */
  readonly name: string;
  readonly labels: readonly string[];
  /** What stands in its current line or member so far. */
  words: Word[];
  /** Names of the attributes before, and types of the blocks. */
  readonly before: string[];
}

export interface Word {
  readonly kind: 'name' | 'string' | 'sign' | 'other';
  readonly text: string;
}

/** Where the cursor stands, whatever the text behind it is. */
export interface Cursor {
  /** From the file inwards. */
  readonly frames: readonly Frame[];
  /** The text before the cursor within a string that is open; undefined outside of one. */
  readonly string: string | undefined;
  /** Whether nothing is to be said: in a comment or in the text of a heredoc. */
  readonly silent: boolean;
}

const NAME = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?\n/uy;

/**
 * Reads a text up to the cursor, and only tells what is open there. Goes by the brackets and the lines alone, because what somebody is
 * typing is no valid code yet.
 */
export function readCursor(text: string): Cursor {
  const frames: Frame[] = [open('file')];
  let at = 0;
  const current = (): Frame => frames.at(-1) ?? open('file');
  const push = (word: Word): void => void current().words.push(word);
  const endStatement = (): void => {
    const frame = current();
    const [first] = frame.words;
    if (first?.kind === 'name' || first?.kind === 'string') frame.before.push(first.text);
    frame.words = [];
  };
  const strings: true[] = [];
  let string: string | undefined;

  while (at < text.length) {
    if (string !== undefined) {
      const end = stringEnd(text, at);
      string += text.slice(at, end);
      at = end;
      if (at >= text.length) break;
      if (text.startsWith('${', at) || text.startsWith('%{', at)) {
        frames.push(open('template'));
        strings.push(true);
        string = undefined;
        at += 2;
      } else {
        if (text[at] === '"') push({ kind: 'string', text: string });
        string = undefined;
        if (text[at] === '"') at++;
      }
      continue;
    }
    const character = text.charAt(at);
    NAME.lastIndex = at;
    HEREDOC.lastIndex = at;
    const heredoc = character === '<' ? HEREDOC.exec(text) : null;
    const name = NAME.exec(text);
    if (character === '#' || text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      if (end === -1) return { frames, string: undefined, silent: true };
      at = end;
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end === -1) return { frames, string: undefined, silent: true };
      at = end + 2;
    } else if (heredoc !== null) {
      const ending = new RegExp(`^[ \\t]*${heredoc[1] ?? ''}[ \\t]*\\r?$`, 'gm');
      ending.lastIndex = at + heredoc[0].length;
      const end = ending.exec(text);
      if (end === null) return { frames, string: undefined, silent: true };
      push({ kind: 'string', text: '' });
      at = end.index + end[0].length;
    } else if (name !== null) {
      push({ kind: 'name', text: name[0] });
      at += name[0].length;
    } else {
      at++;
      switch (character) {
        case '"':
          string = '';
          break;
        case '\n':
          if (current().kind === 'file' || current().kind === 'block' || current().kind === 'object') endStatement();
          break;
        case ',':
          if (current().kind === 'object' || current().kind === 'list' || current().kind === 'group') endStatement();
          break;
        case '{':
          frames.push(opened(current()));
          break;
        case '[':
          frames.push(open('list'));
          break;
        case '(':
          frames.push(open('group', current().words.at(-1)?.kind === 'name' ? (current().words.at(-1)?.text ?? '') : ''));
          break;
        case '}':
        case ']':
        case ')': {
          const ended = frames.length > 1 ? frames.pop() : undefined;
          if (ended?.kind === 'template' && strings.pop() !== undefined) string = '';
          else if (ended?.kind === 'block') endStatement();
          else push({ kind: 'other', text: character });
          break;
        }
        case ' ':
        case '\t':
        case '\r':
          break;
        default:
          push({ kind: 'sign', text: character });
      }
    }
  }
  return { frames, string, silent: false };
}

const open = (kind: Frame['kind'], name = '', labels: readonly string[] = []): Frame => ({ kind, name, labels, words: [], before: [] });

/** A `{` opens a block where no `=` stands before it, or else an object. */
function opened({ kind, words }: Frame): Frame {
  const [type, ...labels] = words;
  const isBlock = (kind === 'file' || kind === 'block') && type?.kind === 'name' && labels.every((label) => label.kind === 'name' || label.kind === 'string');
  return isBlock ? open('block', type.text, labels.map(({ text }) => text)) : open('object');
}

function stringEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === '"' || character === '\n') return at;
    if ((character === '$' || character === '%') && text[at + 1] === '{') {
      if (text[at - 1] !== character) return at;
      at++;
    }
    at += character === '\\' ? 2 : 1;
  }
  return text.length;
}
