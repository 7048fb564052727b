import type { HclBlock, HclDocument, HclRange } from '../syntax/index.ts';

/** A piece of text in another's place; an empty range inserts. */
export interface HclEdit {
  readonly range: HclRange;
  readonly text: string;
}

/** The text after edits that do not overlap. */
export function applyEdits(document: HclDocument, edits: readonly HclEdit[]): string {
  const { lines, text } = document;
  return edits
    .map(({ range, text: put }) => ({ start: lines.offsetAt(range.start), end: range.end.line >= lines.count ? text.length : lines.offsetAt(range.end), put }))
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((result, { start, end, put }) => result.slice(0, start) + put + result.slice(end), text);
}

/**
 * The block of a resource or variable of the file; undefined when it stands elsewhere, or in a module.
 * @param address `type.label`, or `var.name`; the key of an instance (`[0]`) does not matter
 */
export function resourceBlock(document: HclDocument, address: string): HclBlock | undefined {
  const plain = address.replace(/\[[^[\]]*\]$/, '');
  const variable = /^var\.([\w-]+)$/.exec(plain)?.[1];
  if (variable !== undefined) return document.blocks.find(({ type, labels }) => type === 'variable' && labels[0] === variable);
  return document.blocks.find(({ type, labels }) => type === 'resource' && labels.join('.') === plain);
}

/** The file's line break. */
export const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** The white space that a line begins with. */
export const indentOf = ({ lines }: HclDocument, line: number): string => /^\s*/.exec(lines.line(line))?.[0] ?? '';

export const textOf = ({ text, lines }: HclDocument, { start, end }: HclRange): string => text.slice(lines.offsetAt(start), lines.offsetAt(end));

/** Puts lines before the line `at`. */
export function insertLines({ text }: HclDocument, at: number, added: readonly string[]): HclEdit {
  const place = { line: at, character: 0 };
  return { range: { start: place, end: place }, text: added.map((line) => `${line}${lineBreakOf(text)}`).join('') };
}

/** Takes whole lines out. */
export const removeLines = (first: number, count: number): HclEdit => ({ range: { start: { line: first, character: 0 }, end: { line: first + count, character: 0 } }, text: '' });

/** Removes what stands in a range together with its lines, when nothing else does. */
export function withLines(document: HclDocument, { start, end }: HclRange): HclEdit {
  const before = document.lines.line(start.line).slice(0, start.character);
  const after = document.lines.line(end.line).slice(end.character);
  const alone = before.trim() === '' && after.trim() === '';
  return alone ? removeLines(start.line, end.line - start.line + 1) : { range: { start, end }, text: '' };
}
