import { attribute, type Expression, printExpression } from '../hcl/index.ts';
import type { HclAttribute, HclBlock, HclDocument, HclExpression } from '../syntax/index.ts';
import { addBlock, onSeveralLines } from './blocks.ts';
import { type AttributeLine, columnEdits, groupAround, isLaidOut, printColumns } from './columns.ts';
import { type HclEdit, indentOf, insertLines, removeLines, textOf, withLines } from './edits.ts';
import { literalOf } from './literal.ts';
import { find, type Obstacle, obstacle } from './path.ts';

/**
 * What keeps the code of a resource from saying a value; undefined when nothing does. A value that is worked out from something
 * else is never written over: that is an obstacle that tells where the value comes from.
 */
export function obstacleTo(document: HclDocument, address: string, path: string): Obstacle | undefined {
  const found = find(document, address, path);
  if (found.kind === 'elsewhere') return obstacle(`${address} is not in this file.`);
  if (found.kind === 'obstacle') return found;
  const { attribute: existing, last, block } = found;
  if (existing === undefined) {
    if (last.index !== undefined) return obstacle(`“${path}” names an element of a list that is not there.`);
    return block.body.blocks.some(({ type }) => type === last.name) ? obstacle(`“${last.name}” is a block.`) : undefined;
  }
  if (last.index !== undefined && existing.value.kind === 'list') {
    const item = existing.value.items[last.index];
    if (item === undefined) return last.index === existing.value.items.length ? undefined : obstacle(`The list has only ${String(existing.value.items.length)} elements.`);
    return comesFrom(document, item);
  }
  return comesFrom(document, existing.value);
}

function comesFrom(document: HclDocument, value: HclExpression): Obstacle | undefined {
  if (value.kind === 'missing' || literalOf(value) !== undefined) return undefined;
  const source = textOf(document, value.range).replaceAll(/\s+/g, ' ');
  return obstacle(`The value comes from ${source}; change it there, or write the value in its place.`, source);
}

/**
 * Makes a resource's code say a value, in nested blocks where the path says so; missing blocks are made, and columns kept.
 * @param address `type.label`, or `var.name` for what a variable says
 * @param path as in a plan: `cpu[0].cores`, `tags[1]`
 * @returns undefined where that cannot be: {@link obstacleTo} says why
 */
export function setAttribute(document: HclDocument, address: string, path: string, value: Expression): readonly HclEdit[] | undefined {
  const found = find(document, address, path);
  if (found.kind !== 'reached' || obstacleTo(document, address, path) !== undefined) return undefined;
  const { block, missing, last, attribute: existing } = found;
  const text = printExpression(value);
  if (missing.length > 0) return [addBlock(document, block, missing, [attribute(last.name, value)])];
  if (existing === undefined) return addAttribute(document, block, last.name, text);
  if (last.index === undefined) return says(existing.value, value) ? [] : replaceValue(document, block, existing, text);
  if (existing.value.kind !== 'list') return undefined;
  const { items, range } = existing.value;
  const item = items[last.index];
  if (item !== undefined) return says(item, value) ? [] : replaceValue(document, block, existing, text, item.range);
  const end = items.at(-1)?.range.end;
  const inside = { line: range.start.line, character: range.start.character + 1 };
  return replaceValue(document, block, existing, end === undefined ? text : `, ${text}`, { start: end ?? inside, end: end ?? inside });
}

/** Takes an attribute out of a resource's code; a block that is empty then, too. @returns undefined where it is not there, or worked out */
export function removeAttribute(document: HclDocument, address: string, path: string): readonly HclEdit[] | undefined {
  const found = find(document, address, path);
  if (found.kind !== 'reached' || found.attribute === undefined) return undefined;
  const { attribute: existing, block, last } = found;
  if (last.index !== undefined) {
    if (existing.value.kind !== 'list') return undefined;
    const { items } = existing.value;
    const [item, before, next] = [items[last.index], items[last.index - 1], items[last.index + 1]];
    if (item === undefined) return undefined;
    return replaceValue(document, block, existing, '', next === undefined ? { start: before?.range.end ?? item.range.start, end: item.range.end } : { start: item.range.start, end: next.range.start });
  }
  const others = { ...block.body, attributes: block.body.attributes.filter((each) => each !== existing) };
  if (others.attributes.length + others.blocks.length === 0 && block.type !== 'resource') return [withLines(document, block.range)];
  const { start, end } = existing.range;
  const { bodyRange } = block;
  if (bodyRange.start.line === bodyRange.end.line) return [{ range: bodyRange, text: `{ ${others.attributes.map(({ range }) => textOf(document, range)).join(', ')} }` }];
  // The lines above and below are neighbours afterwards, and may have lost the widest.
  const before = groupAround(document, block.body, start.line);
  const around = before.length > 0 ? before : [...groupAround(document, block.body, start.line - 1), ...groupAround(document, block.body, end.line + 1)];
  return [removeLines(start.line, end.line - start.line + 1), ...columnEdits(document, around, around.filter(({ line }) => line !== start.line))];
}

/** @param range what of the value is replaced; all of it without */
function replaceValue(document: HclDocument, { body }: HclBlock, { valueRange }: HclAttribute, text: string, range = valueRange): readonly HclEdit[] {
  const { line } = valueRange.start;
  const group = valueRange.end.line === line ? groupAround(document, body, line) : [];
  if (!isLaidOut(document.lines, group) || group.length === 0) return [{ range, text }];
  const whole = document.lines.line(line);
  const value = `${whole.slice(valueRange.start.character, range.start.character)}${text}${whole.slice(range.end.character, valueRange.end.character)}`;
  const after = group.map((one): AttributeLine => (one.line === line ? { ...one, value } : one));
  // Where no column moves, the value alone is replaced.
  const moved = columnEdits(document, group, after);
  return moved.length === 1 && (group.find((one) => one.line === line)?.comment ?? '') === '' ? [{ range, text }] : moved;
}

function addAttribute(document: HclDocument, block: HclBlock, name: string, value: string): readonly HclEdit[] {
  const { bodyRange: { start, end }, body } = block;
  if (start.line === end.line) return [onSeveralLines(document, block, [`${name} = ${value}`])];
  const firstBlock = body.blocks[0]?.range.start.line ?? Infinity;
  const above = body.attributes.filter(({ range }) => range.start.line < firstBlock).at(-1);
  if (above === undefined) {
    const apart = body.blocks.length === 0 || document.lines.line(start.line + 1).trim() === '' ? [] : [''];
    return [insertLines(document, start.line + 1, [`${indentOf(document, start.line)}  ${name} = ${value}`, ...apart])];
  }
  const indent = indentOf(document, above.range.start.line);
  const line = above.range.end.line + 1;
  const group = groupAround(document, body, above.range.end.line);
  if (group.length === 0 || !isLaidOut(document.lines, group)) return [insertLines(document, line, [`${indent}${name} = ${value}`])];
  const place = group.findIndex((one) => one.line === above.range.end.line) + 1;
  const after = group.toSpliced(place, 0, { line: undefined, indent, name, value, comment: '' });
  return [insertLines(document, line, [printColumns(after)[place] ?? '']), ...columnEdits(document, group, after)];
}

const says = (value: HclExpression, wanted: Expression): boolean => {
  const literal = literalOf(value);
  return literal !== undefined && JSON.stringify(literal) === JSON.stringify(wanted);
};
