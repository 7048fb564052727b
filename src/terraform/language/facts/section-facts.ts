import type { HclBlock, HclExpression, HclSectionContent } from '../../syntax/index.ts';
import { traversalsIn } from '../../syntax/index.ts';
import { claimsOf, isLiteral, type OpenClaim, valueOf } from './claims.ts';
import { isRepeated, type Repeat, repeatOf } from './instances.ts';
import { type Made, madeBy } from './makes.ts';
import { providerOf } from './providers.ts';

/** A resource or data source, as far as it has to do with the cluster. */
export interface Described {
  /** As other code calls it. */
  readonly address: string;
  readonly repeat: Repeat;
  readonly claims: readonly OpenClaim[];
  /** The VMID that the guest it describes is to have. */
  readonly vmid: HclExpression | undefined;
  readonly makes: readonly Made[];
  /** The configuration of the provider, which says which cluster it is on: `proxmox`, `proxmox.other`; undefined when that is worked out. */
  readonly provider: string | undefined;
  /** Whether all of it stands there as it is: nothing has to be worked out. */
  readonly plain: boolean;
}

/** An `import` block. */
export interface Import {
  readonly id: HclExpression;
  readonly repeat: Repeat;
  readonly plain: boolean;
}

/** What a section has to do with the cluster. Lines count from the section's first. */
export interface SectionFacts {
  readonly described: readonly Described[];
  readonly imports: readonly Import[];
}

const known = new WeakMap<HclSectionContent, SectionFacts>();

export function sectionFacts(content: HclSectionContent): SectionFacts {
  let facts = known.get(content);
  if (facts === undefined) known.set(content, (facts = { described: content.blocks.flatMap(described), imports: content.blocks.flatMap(imports) }));
  return facts;
}

function described({ type: kind, labels: [type = '', name = ''], body }: HclBlock): Described[] {
  if ((kind !== 'resource' && kind !== 'data') || !type.startsWith('proxmox_')) return [];
  const repeat = repeatOf(body);
  const claims = claimsOf(kind, type, body);
  const makes = kind === 'resource' ? [...madeBy(type, body)] : [];
  const written = [...claims.flatMap(({ value, node, bridge, content }) => [value, node, bridge, content]), ...makes.map((made) => made.name)];
  return [{
    address: kind === 'resource' ? `${type}.${name}` : `data.${type}.${name}`, repeat, claims, makes, provider: providerOf(body),
    vmid: kind === 'resource' ? claims.find(({ meaning }) => meaning.kind === 'own-vmid')?.value : undefined,
    plain: !isRepeated(repeat) && written.every((value) => value === undefined || isLiteral(value)),
  }];
}

function imports({ type, body }: HclBlock): Import[] {
  const id = type === 'import' ? valueOf(body, 'id') : undefined;
  const repeat = repeatOf(body);
  return id === undefined ? [] : [{ id, repeat, plain: !isRepeated(repeat) && isLiteral(id) }];
}

/** The locals and variables that an expression names by itself. */
export function named(expression: HclExpression): string[] {
  return [...traversalsIn(expression)].flatMap(({ root, steps: [first] }) => ((root === 'local' || root === 'var') && first?.kind === 'attribute' ? [`${root}.${first.name}`] : []));
}
