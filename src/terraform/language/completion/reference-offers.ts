import type { BlockSchema, SchemaSource } from '../../schema/index.ts';
import { calledFolder, codeIn, declaredIn, type ModuleFolder, type ModuleFolders } from '../names/index.ts';
import type { Offer } from './completion.ts';
import type { Frame } from './cursor.ts';
import { FUNCTIONS } from './functions.ts';

/** What an expression may refer to. */
export interface Known {
  readonly module: ModuleFolder;
  readonly modules: ModuleFolders | undefined;
  readonly schemas: SchemaSource;
}

/**
 * Names that go on from what is written of a reference.
 * @param written `var.`, `module.web.ad`; the part behind the last dot is what is being typed
 */
export function referenceOffers(written: string, known: Known, frames: readonly Frame[]): Offer[] {
  const steps = written.split('.').slice(0, -1).map((step) => step.replace(/\[.*\]$/, ''));
  const [root = '', name = '', third] = steps;
  switch (root) {
    case '':
      return [...roots(frames), ...typesDeclared(known.module), ...functions()];
    case 'var':
    case 'local':
      return steps.length === 1 ? names(declared(known.module, `${root}.`)) : [];
    case 'module':
      return steps.length === 1 ? names(declared(known.module, 'module.')) : steps.length === 2 ? outputs(known, name) : [];
    case 'data':
      if (steps.length === 1) return names([...new Set(declared(known.module, 'data.').map((address) => address.split('.')[0] ?? ''))]);
      if (steps.length === 2) return names(declared(known.module, `data.${name}.`));
      return third !== undefined && steps.length === 3 ? members(known.schemas.dataSource(name)) : [];
    case 'each':
      return names(['key', 'value']);
    case 'count':
      return names(['index']);
    case 'path':
      return names(['module', 'root', 'cwd']);
    case 'terraform':
      return names(['workspace']);
    case 'self':
      return members(known.schemas.resource(frames.find(({ name: type }) => type === 'resource')?.labels[0] ?? ''));
    default:
      if (iterators(frames).has(root)) return names(['key', 'value']);
      return steps.length === 1 ? names(declared(known.module, `${root}.`)) : steps.length === 2 ? members(known.schemas.resource(root)) : [];
  }
}

const names = (all: readonly string[]): Offer[] => all.map((label) => ({ label, kind: 'reference', text: label }));

const members = (schema: BlockSchema | undefined): Offer[] => [
  ...[...(schema?.attributes ?? [])].map(([label, { description, deprecated }]): Offer => ({ label, kind: 'reference', text: label, documentation: description, deprecated })),
  ...[...(schema?.blocks ?? [])].map(([label]): Offer => ({ label, kind: 'reference', text: label, detail: 'block' })),
];

function declared(module: ModuleFolder, prefix: string): string[] {
  return [...declaredIn(codeIn(module)).keys()].filter((address) => address.startsWith(prefix)).map((address) => address.slice(prefix.length)).sort();
}

/** The types of the resources that there are, each once. */
function typesDeclared(module: ModuleFolder): Offer[] {
  const all = declaredIn(codeIn(module));
  const types = new Set<string>();
  for (const address of all.keys()) if (all.of(address).includes('resource')) types.add(address.split('.')[0] ?? '');
  return [...types].sort().map((label) => ({ label, kind: 'reference', text: `${label}.`, detail: 'resources', again: true }));
}

function outputs({ module, modules }: Known, call: string): Offer[] {
  const folder = calledFolder(module, call);
  const called = folder === undefined ? undefined : modules?.of(folder);
  return called === undefined ? [] : names(declared(called, 'output.'));
}

const ROOTS: Readonly<Record<string, string>> = { var: 'variables', local: 'locals', module: 'modules', data: 'data sources', path: 'folders' };

function roots(frames: readonly Frame[]): Offer[] {
  const top = frames.find(({ kind }) => kind === 'block');
  const offered: Record<string, string> = { ...ROOTS };
  if (top?.before.includes('for_each') === true) offered['each'] = 'the instance of for_each';
  if (top?.before.includes('count') === true) offered['count'] = 'the instance of count';
  for (const iterator of iterators(frames)) offered[iterator] = 'the item of the dynamic block';
  if (frames.some(({ name }) => name === 'provisioner' || name === 'connection' || name === 'postcondition')) offered['self'] = 'the resource itself';
  return Object.entries(offered).map(([label, detail]) => ({ label, kind: 'reference', text: `${label}.`, detail, again: true }));
}

const iterators = (frames: readonly Frame[]): Set<string> => new Set(frames.flatMap(({ kind, name, labels }) => (kind === 'block' && name === 'dynamic' && labels[0] !== undefined ? [labels[0]] : [])));

function functions(): Offer[] {
  return Object.entries(FUNCTIONS).map(([label, takes]) => ({ label, kind: 'function', text: takes === '' ? `${label}()` : `${label}($1)`, snippet: true, detail: `(${takes})` }));
}
