import type { HclAttribute, HclBlock, HclBody, HclExpression, HclRange, HclSectionContent, HclTraversal } from '../../syntax/index.ts';
import { traversalsIn } from '../../syntax/index.ts';

export type DeclarationKind = 'variable' | 'local' | 'output' | 'module' | 'resource' | 'data' | 'ephemeral';

/** Something with a name that other code can refer to. */
export interface Declaration {
  readonly kind: DeclarationKind;
  /** How its own module calls it: `var.memory`, `local.tags`, `module.web`, `proxmox_virtual_environment_vm.web`, `data.….…`; outputs: `output.address`. */
  readonly address: string;
  readonly name: string;
  /** The name alone, without quotes. */
  readonly nameRange: HclRange;
  /** The block, or a local's line. */
  readonly range: HclRange;
}

/** A place that names something. */
export interface Reference {
  /** As {@link Declaration.address}. */
  readonly address: string;
  /** The name alone: what a rename replaces. */
  readonly range: HclRange;
  /** Of a resource or data source: the type alone, before the name. */
  readonly typeRange?: HclRange;
  /** The name of the module call whose module the address is in; the module that the reference stands in when absent. */
  readonly through?: string;
  /** `moved` and `removed` blocks tell what things were called once. */
  readonly past: boolean;
}

/** The names in one section of a file; lines count from the section's first. */
export interface SectionNames {
  readonly declarations: readonly Declaration[];
  readonly references: readonly Reference[];
  /** What a `.tfvars` file gives values to. */
  readonly values: readonly Reference[];
}

const known = new WeakMap<HclSectionContent, SectionNames>();

export function sectionNames(content: HclSectionContent): SectionNames {
  let names = known.get(content);
  if (names === undefined) known.set(content, (names = read(content)));
  return names;
}

function read({ blocks, attributes }: HclSectionContent): SectionNames {
  return {
    declarations: blocks.flatMap(declarations),
    references: blocks.flatMap((block) => [...references(block)]),
    values: attributes.map(({ name, nameRange }) => ({ address: `var.${name}`, range: nameRange, past: false })),
  };
}

/** Labels that make up the address, after its first word, by the type of block. */
const LABELLED: Readonly<Record<string, { readonly kind: DeclarationKind; readonly prefix: string; readonly labels: 1 | 2 }>> = {
  variable: { kind: 'variable', prefix: 'var.', labels: 1 },
  output: { kind: 'output', prefix: 'output.', labels: 1 },
  module: { kind: 'module', prefix: 'module.', labels: 1 },
  resource: { kind: 'resource', prefix: '', labels: 2 },
  data: { kind: 'data', prefix: 'data.', labels: 2 },
  ephemeral: { kind: 'ephemeral', prefix: 'ephemeral.', labels: 2 },
};

function declarations(block: HclBlock): Declaration[] {
  if (block.type === 'locals') return block.body.attributes.map(({ name, nameRange, range }) => ({ kind: 'local', address: `local.${name}`, name, nameRange, range }));
  const form = LABELLED[block.type];
  const name = form === undefined ? undefined : block.labels[form.labels - 1];
  if (form === undefined || name === undefined || name === '') return [];
  const address = `${form.prefix}${block.labels.slice(0, form.labels).join('.')}`;
  return [{ kind: form.kind, address, name, nameRange: insideQuotes(block.labelRanges[form.labels - 1] ?? block.headRange, name), range: block.range }];
}

function insideQuotes({ start, end }: HclRange, name: string): HclRange {
  const quotes = start.line === end.line && end.character - start.character > name.length ? 1 : 0;
  const from = { line: start.line, character: start.character + quotes };
  return { start: from, end: { line: start.line, character: from.character + name.length } };
}

/** What a module call and a resource take that is not of their own schema, and names providers. */
const ABOUT_PROVIDERS = new Set(['provider', 'providers']);
/** Of a module call: everything else gives a value to one of the module's variables. */
const OF_THE_CALL = new Set(['source', 'version', 'providers', 'count', 'for_each', 'depends_on']);

function* references(block: HclBlock): Generator<Reference> {
  const past = block.type === 'moved' || block.type === 'removed';
  const through = block.type === 'module' ? block.labels[0] : undefined;
  if (through !== undefined) {
    for (const { name, nameRange } of block.body.attributes) if (!OF_THE_CALL.has(name)) yield { address: `var.${name}`, range: nameRange, through, past: false };
  }
  for (const { expression, iterators } of expressionsIn(block.body, new Set())) {
    for (const traversal of traversalsIn(expression, iterators)) for (const reference of named(traversal)) yield { ...reference, past };
  }
}

/** @param iterators names that `dynamic` blocks around bring along */
function* expressionsIn(body: HclBody, iterators: ReadonlySet<string>): Generator<{ readonly expression: HclExpression; readonly iterators: ReadonlySet<string> }> {
  for (const { name, value } of body.attributes) if (!ABOUT_PROVIDERS.has(name)) yield { expression: value, iterators };
  for (const block of body.blocks) {
    const own = iteratorOf(block);
    yield* expressionsIn(block.body, own === undefined ? iterators : new Set([...iterators, own]));
  }
}

/** The name that a `dynamic` block brings along; undefined for other blocks. */
export function iteratorOf({ type, labels, body }: HclBlock): string | undefined {
  if (type !== 'dynamic') return undefined;
  const given: HclAttribute | undefined = body.attributes.find(({ name }) => name === 'iterator');
  return given?.value.kind === 'traversal' ? given.value.root : labels[0];
}

/** Names that stand for no declaration of their own. */
const BUILT_IN = new Set(['each', 'self', 'count', 'path', 'terraform', 'tofu']);

function named({ root, rootRange, steps }: HclTraversal): Omit<Reference, 'past'>[] {
  const [first, second] = steps;
  if (first?.kind !== 'attribute' || first.name === '' || BUILT_IN.has(root)) return [];
  switch (root) {
    case 'var':
    case 'local':
      return [{ address: `${root}.${first.name}`, range: first.range }];
    case 'module': {
      // Between a call and its output there may be an instance: module.web[0].address.
      const output = steps.slice(1).find(({ kind }) => kind === 'attribute');
      return [
        { address: `module.${first.name}`, range: first.range },
        ...(output?.kind === 'attribute' && output.name !== '' ? [{ address: `output.${output.name}`, range: output.range, through: first.name }] : []),
      ];
    }
    case 'data':
    case 'ephemeral':
      return second?.kind === 'attribute' && second.name !== '' ? [{ address: `${root}.${first.name}.${second.name}`, range: second.range, typeRange: first.range }] : [];
    default:
      return [{ address: `${root}.${first.name}`, range: first.range, typeRange: rootRange }];
  }
}
