import { Cursor, parseWord } from './parse-word.ts';
import { type Chain, type Command, type Pipeline, type Redirect, type Script, ShellSyntaxError, type Word } from './syntax.ts';

/** Words that end a list inside a compound command. */
const CLOSING = new Set(['then', 'elif', 'else', 'fi', '}']);
/** Compound commands that are left out. */
const UNKNOWN = new Set(['for', 'while', 'until', 'case', 'select', 'function']);

/**
 * Reads the part of bash's language that scripts for nodes use: lists, pipelines, functions, `if`, groups, assignments, quoting,
 * parameters with a default, command substitution, redirection. Throws {@link ShellSyntaxError}.
 */
export function parseScript(text: string): Script {
  const cursor = new Cursor(text);
  const script = parseList(cursor);
  if (!cursor.done) throw unexpected(cursor);
  return script;
}

function unexpected(cursor: Cursor): ShellSyntaxError {
  const token = /^(?:[;&|]+|[^\s;&|]+|\n)/.exec(cursor.text.slice(cursor.at))?.[0];
  return new ShellSyntaxError(token === undefined ? 'syntax error: unexpected end of file' : `syntax error near unexpected token \`${token === '\n' ? 'newline' : token}'`);
}

/** Up to the end of the text, a closing bracket or a word that closes a compound command. */
function parseList(cursor: Cursor): Script {
  const chains: Chain[] = [];
  for (;;) {
    while (cursor.take(/\s+|\\\n|#[^\n]*/y) !== undefined) continue;
    if (cursor.done || cursor.next === ')' || CLOSING.has(peekWord(cursor))) return chains;
    chains.push(parseChain(cursor));
    cursor.skipBlanks();
    if (cursor.take(/;(?!;)|\n/y) === undefined && !cursor.done && cursor.next !== ')') throw unexpected(cursor);
  }
}

const peekWord = (cursor: Cursor): string => /^(?:[a-z]+|[{}])(?=[\s;&|)]|$)/.exec(cursor.text.slice(cursor.at, cursor.at + 12))?.[0] ?? '';

function parseChain(cursor: Cursor): Chain {
  const links: Chain[number][] = [{ when: 'always', pipeline: parsePipeline(cursor) }];
  for (;;) {
    cursor.skipBlanks();
    const operator = cursor.take(/&&|\|\|/y)?.[0];
    if (operator === undefined) return links;
    cursor.take(/\s+/y);
    links.push({ when: operator === '&&' ? 'success' : 'failure', pipeline: parsePipeline(cursor) });
  }
}

function parsePipeline(cursor: Cursor): Pipeline {
  const negated = cursor.take(/!\s+/y) !== undefined;
  const commands = [parseCommand(cursor)];
  for (;;) {
    cursor.skipBlanks();
    if (cursor.take(/\|(?!\|)\s*/y) === undefined) return { negated, commands };
    commands.push(parseCommand(cursor));
  }
}

function parseCommand(cursor: Cursor): Command {
  const word = peekWord(cursor);
  if (UNKNOWN.has(word)) throw new ShellSyntaxError(`'${word}' is not simulated`);
  if (word === 'if') return parseIf(cursor);
  if (word === '{') {
    cursor.at += 1;
    return { kind: 'group', body: parseGroup(cursor), redirects: parseRedirects(cursor) };
  }
  const name = cursor.take(/([A-Za-z_][\w-]*)[ \t]*\(\)\s*\{/y)?.[1];
  return name === undefined ? parseSimple(cursor) : { kind: 'function', name, body: parseGroup(cursor) };
}

function parseGroup(cursor: Cursor): Script {
  const body = parseList(cursor);
  expect(cursor, '}');
  return body;
}

function parseIf(cursor: Cursor): Command {
  const branches: { condition: Script; body: Script }[] = [];
  let keyword = 'if';
  while (keyword === 'if' || keyword === 'elif') {
    expect(cursor, keyword);
    const condition = parseList(cursor);
    expect(cursor, 'then');
    branches.push({ condition, body: parseList(cursor) });
    keyword = peekWord(cursor);
  }
  let otherwise: Script | undefined;
  if (keyword === 'else') {
    expect(cursor, 'else');
    otherwise = parseList(cursor);
  }
  expect(cursor, 'fi');
  return { kind: 'if', branches, otherwise, redirects: parseRedirects(cursor) };
}

function expect(cursor: Cursor, word: string): void {
  if (peekWord(cursor) !== word) throw unexpected(cursor);
  cursor.at += word.length;
}

function parseSimple(cursor: Cursor): Command {
  const assignments: (readonly [string, Word])[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (;;) {
    cursor.skipBlanks();
    const redirect = parseRedirect(cursor);
    if (redirect !== undefined) {
      redirects.push(redirect);
      continue;
    }
    if (cursor.done || /[\s;&|()]/.test(cursor.next)) break;
    const name = words.length === 0 ? cursor.take(/([A-Za-z_]\w*)=/y)?.[1] : undefined;
    if (name === undefined) words.push(parseWord(cursor, parseSubstitution));
    else assignments.push([name, parseWord(cursor, parseSubstitution)]);
  }
  if (words.length === 0 && assignments.length === 0 && redirects.length === 0) throw unexpected(cursor);
  return { kind: 'simple', assignments, words, redirects };
}

/** Behind `$(`. */
function parseSubstitution(cursor: Cursor): Script {
  const script = parseList(cursor);
  if (cursor.take(/\)/y) === undefined) throw unexpected(cursor);
  return script;
}

function parseRedirects(cursor: Cursor): Redirect[] {
  const redirects: Redirect[] = [];
  for (;;) {
    cursor.skipBlanks();
    const redirect = parseRedirect(cursor);
    if (redirect === undefined) return redirects;
    redirects.push(redirect);
  }
}

const HOW: Readonly<Record<string, Redirect['how']>> = { '<': 'read', '>': 'write', '>>': 'append', '>&': 'duplicate' };

function parseRedirect(cursor: Cursor): Redirect | undefined {
  const [, digit, operator = ''] = cursor.take(/([012])?(>>|>&|>|<(?!<))/y) ?? [];
  const how = HOW[operator];
  if (how === undefined) return undefined;
  cursor.skipBlanks();
  return { descriptor: digit === undefined ? (how === 'read' ? 0 : 1) : Number(digit), how, target: parseWord(cursor, parseSubstitution) };
}
