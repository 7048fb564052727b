/** A top-level item with the comments and empty lines before it, as offsets. */
export interface ScannedSection {
  readonly start: number;
  readonly end: number;
  /** Whether it ends by itself, whatever text may follow. */
  readonly ended: boolean;
  /** What would have to be added to close what is open at its end. */
  readonly closers: string;
  readonly comments: readonly Span[];
  readonly faults: readonly Fault[];
}
export interface Span {
  readonly start: number;
  readonly end: number;
}
/** What the scanner sees to be wrong. */
export interface Fault extends Span {
  readonly message: string;
}

/** A line that only stands at the top of a file: there the reading goes on after a block that nobody closed. */
const HEAD = /^(?:resource|data|ephemeral|variable|output|locals|module|provider|terraform|moved|import|removed|check)\b[^\n{}=]*\{[ \t]*\r?$/my;
/** So many heads inside one item mean that it was not closed: a `check` may hold one `data` block that nobody indented. */
const HEADS_INSIDE = 2;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?\n/uy;

const CLOSER: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

/**
 * Where the top-level item that begins at `start` ends. Knows of HCL what is needed to tell: brackets, strings with templates,
 * heredocs, comments (hcl/hclsyntax/spec.md, "Lexical Elements"). A string ends with its line at the latest, and an item
 * that is not closed ends before the next line that looks like the head of a top-level block.
 */
export function scanSection(text: string, start: number): ScannedSection {
  const stack: { opener: string; at: number }[] = [];
  const comments: Span[] = [];
  const faults: Fault[] = [];
  const length = text.length;
  let at = start;
  let seen = false;
  let firstHead: number | undefined;
  let heads = 0;

  const unclosed = (end: number, more = ''): ScannedSection => {
    const outer = stack[0];
    if (outer !== undefined && more === '') {
      faults.push({ start: outer.at, end: outer.at + 1, message: `This ${outer.opener} is not closed: a ${CLOSER[outer.opener] ?? ''} is missing below it.` });
    }
    return { start, end, ended: false, closers: more + stack.toReversed().map(({ opener }) => CLOSER[opener] ?? '').join(''), comments: comments.filter((comment) => comment.start < end), faults: faults.filter((fault) => fault.start < end) };
  };
  const close = (character: string): void => {
    const place = stack.findLastIndex(({ opener }) => CLOSER[opener] === character);
    if (place === -1) {
      faults.push({ start: at, end: at + 1, message: `There is nothing that this ${character} closes.` });
      return;
    }
    for (const { opener, at: where } of stack.splice(place).slice(1)) {
      faults.push({ start: where, end: where + 1, message: `This ${opener} is not closed: a ${CLOSER[opener] ?? ''} is missing.` });
    }
  };

  while (at < length) {
    const character = text.charAt(at);
    switch (character) {
      case '\n':
        at++;
        if (stack.length === 0 && seen) return { start, end: at, ended: true, closers: '', comments, faults };
        HEAD.lastIndex = at;
        if (stack.length > 0 && isLetter(text, at) && HEAD.test(text)) {
          firstHead ??= at;
          if (++heads === HEADS_INSIDE) return unclosedBefore(firstHead);
        }
        continue;
      case ' ':
      case '\t':
      case '\r':
        at++;
        continue;
      case '#': {
        const end = endOfLine(text, at);
        comments.push({ start: at, end });
        at = end;
        continue;
      }
      case '/':
        if (text.charAt(at + 1) === '/') {
          const end = endOfLine(text, at);
          comments.push({ start: at, end });
          at = end;
          continue;
        }
        if (text.charAt(at + 1) === '*') {
          const end = text.indexOf('*/', at + 2);
          if (end === -1) {
            faults.push({ start: at, end: at + 2, message: 'This comment is not closed: a */ is missing.' });
            return firstHead === undefined ? unclosed(length, '*/') : unclosedBefore(firstHead);
          }
          comments.push({ start: at, end: end + 2 });
          at = end + 2;
          continue;
        }
        break;
      case '"': {
        seen = true;
        const end = endOfString(text, at);
        if (!end.closed) faults.push({ start: at, end: end.at, message: 'This text is not closed: a " is missing on this line.' });
        at = end.at;
        continue;
      }
      case '<': {
        HEREDOC.lastIndex = at;
        const marker = HEREDOC.exec(text)?.[1];
        if (marker === undefined) break;
        seen = true;
        const end = endOfHeredoc(text, HEREDOC.lastIndex, marker);
        if (end === undefined) {
          faults.push({ start: at, end: endOfLine(text, at), message: `This text is not closed: a line with ${marker} alone is missing.` });
          const next = nextHead(text, at);
          return unclosed(next ?? length, `${marker}\n`);
        }
        at = end;
        continue;
      }
      case '{':
      case '[':
      case '(':
        stack.push({ opener: character, at });
        break;
      case '}':
      case ']':
      case ')':
        close(character);
        break;
      default:
    }
    seen = true;
    at++;
  }
  if (stack.length === 0) return { start, end: length, ended: false, closers: '', comments, faults };
  return firstHead === undefined ? unclosed(length) : unclosedBefore(firstHead);

  /** Brackets opened after the head belong to what follows. */
  function unclosedBefore(end: number): ScannedSection {
    const cut = `${text.slice(start, end)}`;
    const again = scanSection(cut, 0);
    const moved = (span: Span): Span => ({ start: span.start + start, end: span.end + start });
    return { start, end, ended: false, closers: again.closers, comments: again.comments.map(moved), faults: again.faults.map((fault) => ({ ...fault, ...moved(fault) })) };
  }
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 97 && code <= 122;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end === -1) return text.length;
  return text.charAt(end - 1) === '\r' ? end - 1 : end;
}

function nextHead(text: string, at: number): number | undefined {
  for (let line = text.indexOf('\n', at); line !== -1; line = text.indexOf('\n', line + 1)) {
    HEAD.lastIndex = line + 1;
    if (HEAD.test(text)) return line + 1;
  }
  return undefined;
}

/** @param from where the line after the heredoc's head begins */
function endOfHeredoc(text: string, from: number, marker: string): number | undefined {
  for (let line = from; line < text.length; ) {
    const end = endOfLine(text, line);
    if (text.slice(line, end).trim() === marker) return end;
    const next = text.indexOf('\n', end);
    if (next === -1) return undefined;
    line = next + 1;
  }
  return undefined;
}

/** How far the end of an interpolation that takes several lines is looked for, in code units. */
const FAR = 4000;

/**
 * A string ends with its line. An interpolation may take several lines, but only where the string is closed after it:
 * otherwise its `}` is that of the block around.
 *
 * @param at where its opening quote stands
 */
function endOfString(text: string, at: number): { at: number; closed: boolean } {
  const lineEnd = endOfLine(text, at);
  const onLine = closingQuote(text, at, lineEnd);
  if (onLine !== undefined) return { at: onLine, closed: true };
  const onLines = closingQuote(text, at, Math.min(text.length, at + FAR));
  return onLines === undefined ? { at: lineEnd, closed: false } : { at: onLines, closed: true };
}

/** After the quote that closes the string, if there is one before `limit` and no line ends in the text itself. */
function closingQuote(text: string, at: number, limit: number): number | undefined {
  /** For each interpolation that is open, the braces open in it. A string within an interpolation is part of the text again. */
  const open: number[] = [];
  let inText = true;
  for (let i = at + 1; i < limit; i++) {
    const character = text.charAt(i);
    if (inText) {
      if (character === '\n') return undefined;
      if (character === '\\') i++;
      else if (character === '"') {
        if (open.length === 0) return i + 1;
        inText = false;
      } else if ((character === '$' || character === '%') && text.charAt(i + 1) === '{' && text.charAt(i - 1) !== character) {
        open.push(0);
        inText = false;
        i++;
      }
    } else if (character === '"') inText = true;
    else if (character === '{') open[open.length - 1] = (open.at(-1) ?? 0) + 1;
    else if (character === '}') {
      const braces = open.at(-1) ?? 0;
      if (braces > 0) open[open.length - 1] = braces - 1;
      else {
        open.pop();
        inText = true;
      }
    }
  }
  return undefined;
}
