import { closest } from '../../../pve/config/language/index.ts';
import { type AttributeSchema, type BlockSchema, typeName } from '../../schema/index.ts';
import type { HclAttribute, HclBlock, HclBody, HclRange } from '../../syntax/index.ts';
import type { Fix, TerraformDiagnostic } from '../module.ts';
import { childSchema } from '../schema-at/index.ts';
import { blockText, emptyValue } from './snippets.ts';
import { checkValue } from './values.ts';

/** What is wrong with the body of a block, and with the blocks in it. */
export function* checkBody(block: HclBlock, schema: BlockSchema): Generator<TerraformDiagnostic> {
  yield* checkTwice(block);
  for (const attribute of block.body.attributes) yield* checkAttribute(attribute, block, schema);
  for (const inner of block.body.blocks) yield* checkBlock(inner, block, schema);
  yield* checkMissing(block, schema);
  yield* checkCounts(block, schema);
}

function* checkTwice(block: HclBlock): Generator<TerraformDiagnostic> {
  const seen = new Set<string>();
  for (const { name, nameRange, range } of block.body.attributes) {
    if (seen.has(name)) yield { range: nameRange, severity: 'error', code: 'duplicate-attribute', message: `${name} is set twice.`, fixes: [remove(name, range, block)] };
    seen.add(name);
  }
}

function* checkAttribute({ name, nameRange, value, range }: HclAttribute, block: HclBlock, schema: BlockSchema): Generator<TerraformDiagnostic> {
  const attribute = schema.attributes.get(name);
  if (attribute === undefined) {
    if (schema.open) return;
    if (schema.blocks.has(name)) {
      const fixes = value.kind === 'object' ? [{ title: `Write ${name} as a block`, edits: [{ range: { start: nameRange.end, end: value.range.start }, text: ' ' }] }] : [];
      yield { range: nameRange, severity: 'error', code: 'block-expected', message: `${name} is a block: write ${name} { … } without the =.`, fixes };
    } else yield unknown({ name, nameRange, range, block, what: 'attribute' }, [...schema.attributes].filter(([, { optional, required }]) => optional || required).map(([key]) => key));
    return;
  }
  if (attribute.computed && !attribute.optional && !attribute.required) {
    yield { range: nameRange, severity: 'error', code: 'read-only', message: `${name} is worked out by the provider and cannot be set.`, fixes: [remove(name, range, block)] };
    return;
  }
  if (attribute.deprecated) yield { ...deprecated(name, nameRange, attribute.successor), fixes: successorFixes({ name, nameRange, range, value }, block, attribute, schema) };
  yield* checkValue(name, value, attribute);
}

function* checkBlock(block: HclBlock, parent: HclBlock, schema: BlockSchema): Generator<TerraformDiagnostic> {
  const nested = childSchema(schema, block);
  if (nested === undefined) {
    if (schema.open) return;
    const [name, at] = block.type === 'dynamic' ? [block.labels[0], block.labelRanges[0]] : [block.type, block.typeRange];
    if (name === undefined || at === undefined) return;
    if (schema.attributes.has(name)) {
      const opening = { start: block.headRange.end, end: block.bodyRange.start };
      yield { range: at, severity: 'error', code: 'attribute-expected', message: `${name} is an attribute: write ${name} = { … }.`, fixes: block.type === 'dynamic' ? [] : [{ title: `Write ${name} as an attribute`, edits: [{ range: opening, text: ' = ' }] }] };
    } else yield unknown({ name, nameRange: at, range: block.range, block: parent, what: 'block' }, [...schema.blocks.keys()]);
    return;
  }
  if (block.labels.length !== nested.labels) {
    yield { range: block.headRange, severity: 'error', code: 'wrong-labels', message: `${block.type} takes ${nested.labels === 0 ? 'no name' : nested.labels === 1 ? 'one name' : `${String(nested.labels)} names`} before its {.`, fixes: [] };
  }
  if (nested.block.deprecated) yield deprecated(block.type, block.typeRange, nested.block.successor);
  yield* checkBody(block, nested.block);
}

function* checkMissing(block: HclBlock, schema: BlockSchema): Generator<TerraformDiagnostic> {
  const given = new Set(block.body.attributes.map(({ name }) => name));
  for (const { type, labels } of block.body.blocks) given.add(type === 'dynamic' ? (labels[0] ?? '') : type);
  const missing = [...schema.attributes].filter(([name, { required }]) => required && !given.has(name));
  if (missing.length === 0) return;
  const lines = (names: typeof missing): string[] => names.map(([name, attribute]) => `${name} = ${emptyValue(attribute)}`);
  const each = missing.map(([name, attribute]): Fix => ({ title: `Add ${name}`, edits: [insertLines(block, lines([[name, attribute]]))] }));
  const all: Fix = { title: `Add ${missing.map(([name]) => name).join(', ')}`, edits: [insertLines(block, lines(missing))] };
  yield {
    range: block.headRange, severity: 'error', code: 'missing-attribute',
    message: `${missing.map(([name]) => name).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    fixes: missing.length === 1 ? each : [all, ...each],
  };
}

function* checkCounts(block: HclBlock, schema: BlockSchema): Generator<TerraformDiagnostic> {
  const dynamic = new Set(block.body.blocks.filter(({ type }) => type === 'dynamic').map(({ labels }) => labels[0]));
  for (const [name, nested] of schema.blocks) {
    const found = block.body.blocks.filter(({ type }) => type === name);
    if (dynamic.has(name)) continue;
    if (found.length < nested.min) {
      const indent = `${' '.repeat(block.typeRange.start.character)}  `;
      yield { range: block.headRange, severity: 'error', code: 'missing-block', message: nested.min === 1 ? `A block ${name} is missing.` : `At least ${String(nested.min)} blocks ${name} are needed.`, fixes: [{ title: `Add ${name}`, edits: [insertLines(block, blockText(name, nested, indent).split('\n').map((line) => line.replace(indent, '')))] }] };
    }
    if (nested.max !== undefined) {
      for (const more of found.slice(nested.max)) {
        yield { range: more.headRange, severity: 'error', code: 'too-many-blocks', message: nested.max === 1 ? `There is a block ${name} already.` : `No more than ${String(nested.max)} blocks ${name} are allowed.`, fixes: [remove(name, more.range, block)] };
      }
    }
  }
}

interface Item {
  readonly name: string;
  readonly nameRange: HclRange;
  readonly range: HclRange;
  /** That it stands in. */
  readonly block: HclBlock;
  readonly what: 'attribute' | 'block';
}

function unknown({ name, nameRange, range, block, what }: Item, names: readonly string[]): TerraformDiagnostic {
  const near = closest(name, names);
  const change = near === undefined || (what === 'attribute' && isSet(block, near)) ? [] : [{ title: `Change to ${near}`, edits: [{ range: nameRange, text: near }] }];
  return {
    range: nameRange, severity: 'error', code: `unknown-${what}`,
    message: `There is no ${what} ${name} here.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    fixes: [...change, remove(name, range, block)],
  };
}

function deprecated(name: string, range: HclRange, successor: string | undefined): TerraformDiagnostic {
  return { range, severity: 'warning', code: 'deprecated', message: `${name} is deprecated.${successor === undefined ? '' : ` Use ${successor}.`}`, deprecated: true, fixes: [] };
}

/** What comes after it may be of another type: then only a person knows what to write. */
function successorFixes({ name, nameRange, range, value }: Omit<HclAttribute, 'valueRange'>, block: HclBlock, { type, successor }: AttributeSchema, { attributes }: BlockSchema): Fix[] {
  const next = successor === undefined ? undefined : attributes.get(successor);
  if (successor === undefined || next === undefined || isSet(block, successor)) return [remove(name, range, block)];
  const change = { range: nameRange, text: successor };
  const title = `Change to ${successor}`;
  if (typeName(next.type) === typeName(type)) return [{ title, edits: [change] }];
  if ((next.type.kind !== 'list' && next.type.kind !== 'set') || typeName(next.type.element) !== typeName(type)) return [];
  const { start, end } = value.range;
  return [{ title, edits: [change, { range: { start, end: start }, text: '[' }, { range: { start: end, end }, text: ']' }] }];
}

const isSet = ({ body }: HclBlock, wanted: string): boolean => body.attributes.some(({ name }) => name === wanted);

/** With its whole lines, where the block around stands on others. */
function remove(name: string, { start, end }: HclRange, { bodyRange }: HclBlock): Fix {
  const alone = start.line > bodyRange.start.line && end.line < bodyRange.end.line;
  const range = alone ? { start: { line: start.line, character: 0 }, end: { line: end.line + 1, character: 0 } } : { start, end };
  return { title: `Remove ${name}`, edits: [{ range, text: '' }] };
}

/** Behind the last attribute of a block, or at its beginning. */
function insertLines(block: HclBlock, lines: readonly string[]): Fix['edits'][number] {
  const indent = `${' '.repeat(block.typeRange.start.character)}  `;
  const { start, end } = block.bodyRange;
  const after = lastAttribute(block.body)?.end ?? { line: start.line, character: start.character + 1 };
  const oneLine = start.line === end.line;
  const text = `\n${lines.map((line) => `${indent}${line}`).join('\n')}${oneLine ? `\n${' '.repeat(block.typeRange.start.character)}` : ''}`;
  return { range: { start: after, end: after }, text };
}

const lastAttribute = ({ attributes }: HclBody): HclRange | undefined => attributes.at(-1)?.range;
