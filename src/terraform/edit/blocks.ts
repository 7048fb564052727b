import { block as blockItem, type Body, printHcl } from '../hcl/index.ts';
import type { HclBlock, HclDocument } from '../syntax/index.ts';
import { type HclEdit, indentOf, insertLines, lineBreakOf, removeLines, textOf } from './edits.ts';
import { find, isDynamic } from './path.ts';

/**
 * Adds a block to a resource's code, behind the last of its type.
 * @param path to the new block, its type last: `disk`, `initialization[0].ip_config`
 * @returns undefined where that cannot be
 */
export function addBlockAt(document: HclDocument, address: string, path: string, body: Body): readonly HclEdit[] | undefined {
  const found = find(document, address, path);
  if (found.kind !== 'reached' || found.attribute !== undefined || isDynamic(found.block, found.last.name)) return undefined;
  return [addBlock(document, found.block, [...found.missing, found.last.name], body)];
}

/** Takes the block that a path leads to out of a resource's code, with the empty line before it. @returns undefined where it is not there */
export function removeBlockAt(document: HclDocument, address: string, path: string): readonly HclEdit[] | undefined {
  const found = find(document, address, path);
  if (found.kind !== 'reached' || found.missing.length > 0) return undefined;
  const block = found.block.body.blocks.filter(({ type }) => type === found.last.name)[found.last.index ?? 0];
  return block === undefined ? undefined : [removeWithSpace(document, block)];
}

/** Takes a whole top-level block out. */
export function removeWithSpace({ lines }: HclDocument, { range }: HclBlock): HclEdit {
  const first = range.start.line;
  const count = range.end.line - first + 1;
  if (first > 0 && lines.line(first - 1).trim() === '') return removeLines(first - 1, count + 1);
  const begins = first === 0 || lines.line(first - 1).trimEnd().endsWith('{');
  return begins && lines.line(first + count).trim() === '' && first + count < lines.count - 1 ? removeLines(first, count + 1) : removeLines(first, count);
}

/**
 * Adds a block within one of the file: behind the last of its type, otherwise behind everything but `lifecycle`.
 * @param types from the outermost of the new blocks to the innermost, which gets the body
 */
export function addBlock(document: HclDocument, at: HclBlock, types: readonly string[], body: Body): HclEdit {
  const made = types.reduceRight<Body>((items, type) => [blockItem(type, [], items)], body);
  const printed = printHcl(made).trimEnd().split('\n');
  const { bodyRange: { start, end } } = at;
  if (start.line === end.line) return onSeveralLines(document, at, at.body.attributes.length === 0 ? printed : ['', ...printed]);
  const indent = `${indentOf(document, start.line)}  `;
  const indented = printed.map((line) => (line === '' ? '' : `${indent}${line}`));
  const items = [...at.body.attributes, ...at.body.blocks].toSorted((a, b) => a.range.start.line - b.range.start.line);
  const last = at.body.blocks.findLast(({ type }) => type === types[0]) ?? items.findLast((one) => !('type' in one) || one.type !== 'lifecycle');
  if (last === undefined) return insertLines(document, start.line + 1, [...indented, ...(items.length === 0 ? [] : [''])]);
  return insertLines(document, last.range.end.line + 1, ['', ...indented]);
}

/** A block that was on one line, with more lines in it. */
export function onSeveralLines(document: HclDocument, { bodyRange, body }: HclBlock, more: readonly string[]): HclEdit {
  const indent = indentOf(document, bodyRange.start.line);
  const rows = [...body.attributes.map(({ name, valueRange }) => [name, textOf(document, valueRange)] as const), ...more.flatMap((line) => {
    const match = more.length === 1 ? /^([\w-]+) = (.*)$/.exec(line) : null;
    return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
  })];
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = [...rows.map(([name, value]) => `${name.padEnd(width)} = ${value}`), ...(rows.length > body.attributes.length ? [] : more)];
  return { range: bodyRange, text: ['{', ...lines.map((line) => (line === '' ? '' : `${indent}  ${line}`)), `${indent}}`].join(lineBreakOf(document.text)) };
}
