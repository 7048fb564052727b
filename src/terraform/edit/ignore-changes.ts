import { attribute, reference } from '../hcl/index.ts';
import type { HclDocument, HclExpression } from '../syntax/index.ts';
import { addBlockAt } from './blocks.ts';
import { type HclEdit, indentOf, lineBreakOf, resourceBlock, textOf } from './edits.ts';
import { setAttribute } from './set-attribute.ts';

/**
 * Puts an attribute among those that Terraform leaves as they are on the cluster (`lifecycle { ignore_changes = […] }`).
 * @param path as Terraform takes it there: `cpu`, `disk[0].size`
 * @returns no edit where it, or what it is part of, is ignored already; undefined where the resource is not in this file, or the list is worked out
 */
export function ignoreChanges(document: HclDocument, address: string, path: string): readonly HclEdit[] | undefined {
  const block = resourceBlock(document, address);
  if (block === undefined) return undefined;
  const lifecycle = block.body.blocks.find(({ type }) => type === 'lifecycle');
  if (lifecycle === undefined) return addBlockAt(document, address, 'lifecycle', [attribute('ignore_changes', [reference(path)])]);
  const list = lifecycle.body.attributes.find(({ name }) => name === 'ignore_changes')?.value;
  if (list === undefined) return setAttribute(document, address, 'lifecycle.ignore_changes', [reference(path)]);
  if (isIgnored(path, ignoredIn(document, list))) return [];
  if (list.kind !== 'list') return undefined;
  const last = list.items.at(-1);
  if (last === undefined) return [{ range: list.range, text: `[${path}]` }];
  const { end } = last.range;
  if (list.range.start.line === list.range.end.line) return [{ range: { start: end, end }, text: `, ${path}` }];
  const line = `${lineBreakOf(document.text)}${indentOf(document, last.range.start.line)}${path}`;
  const rest = document.lines.line(end.line).slice(end.character);
  if (!rest.trimStart().startsWith(',')) return [{ range: { start: end, end }, text: `,${line}` }];
  // Behind the comma, and behind a comment on that line.
  const place = { line: end.line, character: end.character + rest.length };
  return [{ range: { start: place, end: place }, text: `${line},` }];
}

/** What a resource's `ignore_changes` names; `all` among them when it is that. */
export function ignoredPaths(document: HclDocument, address: string): readonly string[] {
  const lifecycle = resourceBlock(document, address)?.body.blocks.find(({ type }) => type === 'lifecycle');
  const list = lifecycle?.body.attributes.find(({ name }) => name === 'ignore_changes')?.value;
  return list === undefined ? [] : ignoredIn(document, list);
}

/** Whether a path, or something that it is part of, is among the ignored ones. */
export const isIgnored = (path: string, ignored: readonly string[]): boolean =>
  ignored.some((one) => one === 'all' || path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`));

function ignoredIn(document: HclDocument, list: HclExpression): readonly string[] {
  const items = list.kind === 'list' ? list.items : [list];
  return items.map(({ range }) => textOf(document, range).replace(/^"(.*)"$/, '$1'));
}
