import type { HclBody, HclExpression, HclRange } from '../../syntax/index.ts';
import { evaluate, type Scope, type Value } from '../values/index.ts';
import { type Meaning, meaningOf } from './meanings.ts';

/** A value that names something of the cluster, as it is written. */
export interface OpenClaim {
  readonly meaning: Meaning;
  readonly value: HclExpression;
  readonly node: HclExpression | undefined;
  readonly bridge: HclExpression | undefined;
  readonly content: HclExpression | undefined;
}

/** A value that names something of the cluster, as far as it is known. */
export interface Claim {
  readonly meaning: Meaning;
  readonly value: string | number;
  readonly range: HclRange;
  /** It stands there as it is, and can be replaced there. */
  readonly literal: boolean;
  /** The node that the resource is on, where that is known too. */
  readonly node: string | undefined;
  /** For a VLAN: the bridge beside it. */
  readonly bridge: string | undefined;
  /** For a storage: the `content_type` beside it. */
  readonly content: string | undefined;
}

/** The claim with what its expressions come to; undefined when its value cannot be told. */
export function settledClaim({ meaning, value, node, bridge, content }: OpenClaim, scope: Scope): Claim | undefined {
  const known = evaluate(value, scope);
  const wanted = typeof known === 'string' || typeof known === 'number' ? asMeant(known, meaning) : undefined;
  if (wanted === undefined) return undefined;
  const text = (expression: HclExpression | undefined): string | undefined => {
    const said = expression === undefined ? undefined : evaluate(expression, scope);
    return typeof said === 'string' && said !== '' ? said : undefined;
  };
  return { meaning, value: wanted, range: value.range, literal: isLiteral(value), node: text(node), bridge: text(bridge), content: text(content) };
}

/** What a VMID comes to; undefined when it cannot be told, or is none. */
export function vmidOf(value: Value | undefined): number | undefined {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

export const isLiteral = ({ kind }: HclExpression): boolean => kind === 'string' || kind === 'number';

/** All that a resource or data source says of the cluster. */
export function claimsOf(kind: 'resource' | 'data', type: string, body: HclBody): OpenClaim[] {
  return inBody(kind, type, body, valueOf(body, 'node_name'), []);
}

export function valueOf({ attributes }: HclBody, wanted: string): HclExpression | undefined {
  return attributes.find(({ name }) => name === wanted)?.value;
}

function inBody(kind: 'resource' | 'data', type: string, body: HclBody, node: HclExpression | undefined, path: readonly string[]): OpenClaim[] {
  const beside = { node, bridge: valueOf(body, 'bridge'), content: valueOf(body, 'content_type') };
  const claims = body.attributes.flatMap(({ name, value }) => {
    if (value.kind === 'object' || value.kind === 'list') return inObject(kind, type, value, node, [...path, name]);
    const meaning = meaningOf(kind, type, path, name);
    return meaning === undefined || isNothing(value) ? [] : [{ meaning, value, ...beside }];
  });
  const inner = body.blocks.flatMap((block) => {
    // What a dynamic block goes through has names of its own, which mean nothing outside of it.
    if (block.type === 'dynamic') return block.body.blocks.flatMap((content) => inBody(kind, type, content.body, node, [...path, block.labels[0] ?? '']));
    return inBody(kind, type, block.body, node, [...path, block.type]);
  });
  return [...claims, ...inner];
}

/** Nested attributes; the keys of a map (`scsi0`) are no part of the way. */
function inObject(kind: 'resource' | 'data', type: string, value: HclExpression, node: HclExpression | undefined, path: readonly string[]): OpenClaim[] {
  if (value.kind === 'list') return value.items.flatMap((item) => (item.kind === 'object' ? inObject(kind, type, item, node, path) : []));
  if (value.kind !== 'object') return [];
  return value.members.flatMap((member) => {
    if (member.value.kind === 'object') return inObject(kind, type, member.value, node, path);
    const meaning = member.name === undefined ? undefined : meaningOf(kind, type, path, member.name);
    return meaning === undefined || isNothing(member.value) ? [] : [{ meaning, value: member.value, node, bridge: undefined, content: undefined }];
  });
}

const isNothing = ({ kind }: HclExpression): boolean => kind === 'missing' || kind === 'null' || kind === 'bool' || kind === 'list';

const NUMBERS: ReadonlySet<Meaning['kind']> = new Set<Meaning['kind']>(['own-vmid', 'guest', 'clone-source', 'vlan', 'memory', 'cores']);

/** The value as the meaning wants it: Terraform makes numbers of texts and texts of numbers. */
function asMeant(value: string | number, meaning: Meaning): string | number | undefined {
  if (value === '') return undefined;
  if (!NUMBERS.has(meaning.kind)) return String(value);
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
