import type { HclAttribute, HclBody, HclDocument } from '../syntax/index.ts';
import { type HclEdit, indentOf, textOf } from './edits.ts';

/** An attribute on a line of its own, by its parts. */
export interface AttributeLine {
  /** Where it stands; undefined for one that is to come. */
  readonly line: number | undefined;
  readonly indent: string;
  readonly name: string;
  readonly value: string;
  /** Without the space before it; empty if there is none. */
  readonly comment: string;
}

/**
 * The lines as `terraform fmt` has them: the `=` of neighbouring lines in one column, and the comments behind them (hclwrite,
 * `formatCells`).
 */
export function printColumns(group: readonly AttributeLine[]): readonly string[] {
  const width = Math.max(0, ...group.map(({ name }) => name.length));
  const codes = group.map(({ indent, name, value }) => `${indent}${name.padEnd(width)} = ${value}`);
  return group.map(({ comment }, index) => {
    if (comment === '') return codes[index] ?? '';
    // A comment is in a column with those of the lines right above and below.
    let [first, last] = [index, index];
    while ((group[first - 1]?.comment ?? '') !== '') first -= 1;
    while ((group[last + 1]?.comment ?? '') !== '') last += 1;
    const column = Math.max(...codes.slice(first, last + 1).map((code) => code.length));
    return `${(codes[index] ?? '').padEnd(column)} ${comment}`;
  });
}

/** The attributes on neighbouring lines around a line, each on one line, without an empty line or a comment in between. */
export function groupAround(document: HclDocument, { attributes }: HclBody, line: number): readonly AttributeLine[] {
  const byLine = new Map(attributes.flatMap((attribute) => {
    const read = lineOf(document, attribute);
    return read?.line === undefined ? [] : [[read.line, read] as const];
  }));
  if (!byLine.has(line)) return [];
  let [first, last] = [line, line];
  while (byLine.has(first - 1)) first -= 1;
  while (byLine.has(last + 1)) last += 1;
  return Array.from({ length: last - first + 1 }, (_, index) => byLine.get(first + index)).filter((one) => one !== undefined);
}

/**
 * The edits that make the lines of `before` those of `after`, as far as they are there in both. Lines that were not laid out in columns
 * are left as they are.
 */
export function columnEdits({ lines }: HclDocument, before: readonly AttributeLine[], after: readonly AttributeLine[]): readonly HclEdit[] {
  const printed = printColumns(after);
  if (!isLaidOut(lines, before)) return [];
  return after.flatMap(({ line }, index): HclEdit[] => {
    const text = printed[index] ?? '';
    if (line === undefined || lines.line(line) === text) return [];
    return [{ range: { start: { line, character: 0 }, end: { line, character: lines.line(line).length } }, text }];
  });
}

export function isLaidOut(lines: HclDocument['lines'], group: readonly AttributeLine[]): boolean {
  const printed = printColumns(group);
  return group.every(({ line }, index) => line !== undefined && lines.line(line) === printed[index]);
}

function lineOf(document: HclDocument, { name, nameRange, valueRange }: HclAttribute): AttributeLine | undefined {
  const { line } = nameRange.start;
  const text = document.lines.line(line);
  // A block on one line is not laid out in columns.
  if (valueRange.end.line !== line || text.slice(0, nameRange.start.character).trim() !== '') return undefined;
  const comment = text.slice(valueRange.end.character).trim();
  if (comment !== '' && !/^(#|\/\/|\/\*)/.test(comment)) return undefined;
  return { line, indent: indentOf(document, line), name, value: textOf(document, valueRange), comment };
}
