import { attribute, block, type Body, type Expression } from '../hcl/index.ts';
import { addBlockAt, applyEdits, codeValue, type HclEdit, ignoredPaths, isIgnored, obstacleTo, parsePath, removeAttribute, removeBlockAt, resourceBlock, setAttribute } from '../edit/index.ts';
import type { ManagedResource } from '../state/index.ts';
import type { HclDocument } from '../syntax/index.ts';
import { type Difference, KEYS } from './compare.ts';

/** What of a resource the code is about: its address within its module, and its attributes as the state has them. */
type Known = Pick<ManagedResource, 'type' | 'name' | 'attributes'>;

/** What comes of taking differences into the code. */
export interface CodeUpdate {
  readonly text: string;
  /** What could not be written, each with a sentence that says why. */
  readonly left: readonly { readonly difference: Difference; readonly why: string }[];
}

/**
 * Where the code has what the state calls `disk[1].size`: blocks that have a key (a disk's interface) need not be in the state's order.
 */
export function codePath(document: HclDocument, { type, name, attributes }: Known, path: string): string {
  const [, kind = '', index = '', rest = ''] = /^(\w+)\[(\d+)\](.*)$/.exec(path) ?? [];
  const key = KEYS[kind];
  const known = attributes[kind];
  const stated: unknown = Array.isArray(known) ? known[Number(index)] : undefined;
  if (key === undefined || typeof stated !== 'object' || stated === null) return path;
  const wanted: unknown = Object.entries(stated).find(([each]) => each === key)?.[1];
  const blocks = resourceBlock(document, `${type}.${name}`)?.body.blocks.filter((each) => each.type === kind) ?? [];
  const place = blocks.findIndex(({ body }) => {
    const value = body.attributes.find((each) => each.name === key)?.value;
    return value?.kind === 'string' && value.value === wanted;
  });
  return place === -1 ? path : `${kind}[${String(place)}]${rest}`;
}

/** Whether the code says already what the cluster has, or says that Terraform is to leave it alone: no plan changes it. */
export function isSaid(document: HclDocument, resource: Known, { path, cluster, kind }: Difference): boolean {
  const address = `${resource.type}.${resource.name}`;
  if (isIgnored(path, ignoredPaths(document, address).map(withIndexes))) return true;
  if (kind !== 'attribute') return false;
  const said = codeValue(document, address, codePath(document, resource, path));
  return said?.kind === 'literal' && JSON.stringify(said.value) === JSON.stringify(cluster);
}

/**
 * Makes the code of a resource say what the cluster has. Comments and layout stay as they are.
 * @param parse of the text of a file, with what it was before
 */
export function updateCode(parse: (text: string, before: HclDocument) => HclDocument, document: HclDocument, resource: Known, differences: readonly Difference[]): CodeUpdate {
  const left: { difference: Difference; why: string }[] = [];
  let now = document;
  // Blocks go from the last to the first: the places of those before stay what they are.
  const order = [...differences.filter(({ kind }) => kind !== 'block-removed'), ...differences.filter(({ kind }) => kind === 'block-removed').toReversed()];
  for (const difference of order) {
    if (isSaid(now, resource, difference)) continue;
    const edits = editsFor(now, resource, difference);
    if (typeof edits === 'string') left.push({ difference, why: edits });
    else now = parse(applyEdits(now, edits), now);
  }
  return { text: now.text, left };
}

/** @returns why there are none, where it cannot be written */
function editsFor(document: HclDocument, resource: Known, { path, cluster, kind }: Difference): readonly HclEdit[] | string {
  const address = `${resource.type}.${resource.name}`;
  const place = codePath(document, resource, path);
  const because = (): string => obstacleTo(document, address, place)?.why ?? 'It does not stand there by itself; change it by hand.';
  if (kind === 'block-added') return addBlockAt(document, address, place.replace(/\[\d+\]$/, ''), bodyOf(cluster)) ?? because();
  if (kind === 'block-removed') return removeBlockAt(document, address, place) ?? 'The code has no such block by itself; change it by hand.';
  const said = codeValue(document, address, place);
  if (said?.kind === 'expression') return because();
  if (cluster === undefined || cluster === null) return removeAttribute(document, address, place) ?? 'The code does not set it, so it cannot be taken out.';
  return isExpression(cluster) ? (setAttribute(document, address, place, cluster) ?? because()) : 'It has no simple value; change it by hand.';
}

function bodyOf(value: unknown): Body {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (isExpression(inner)) return [attribute(name, inner)];
    return Array.isArray(inner) ? inner.map((each) => block(name, [], bodyOf(each))) : [];
  });
}

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || (Array.isArray(value) && value.every((each) => typeof each !== 'object' && isExpression(each)));

/** The code may leave out the place of the only block: `memory.dedicated`, and a path has it. */
function withIndexes(path: string): string {
  const steps = parsePath(path) ?? [];
  return steps.length < 2 ? path : steps.map(({ name, index }, at) => (index === undefined ? (at === steps.length - 1 ? name : `${name}[0]`) : `${name}[${String(index)}]`)).join('.');
}
