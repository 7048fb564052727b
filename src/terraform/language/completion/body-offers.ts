import { attributeAsBlock, type AttributeSchema, type BlockSchema, coreBlocks, type NestedBlockSchema, type SchemaSource, typeName } from '../../schema/index.ts';
import { blockText } from '../diagnostics/index.ts';
import type { Offer } from './completion.ts';

/** What a file may hold at its top: blocks, each with what it needs. */
export function topOffers(): Offer[] {
  return [...coreBlocks].map(([label, { labels, block }]) => ({
    label, kind: 'block', detail: labels.join(' '), snippet: true, again: label === 'resource' || label === 'data' || label === 'provider',
    text: `${label}${labels.map((_, index) => ` "$${String(index + 1)}"`).join('')} {\n${[...block.attributes].filter(([, { required }]) => required).map(([name], index) => `  ${name} = $${String(labels.length + index + 1)}\n`).join('')}  $0\n}`,
  }));
}

/**
 * Attributes and blocks that a body may hold beyond those that it has: what is required first.
 * @param given names of what is set, and types of the blocks that are there, once each time
 * @param nameOnly an `=` or a `{` stands behind the cursor already
 */
export function bodyOffers(schema: BlockSchema, given: readonly string[], nameOnly: boolean): Offer[] {
  const set = new Set(given);
  const attributes = [...schema.attributes].filter(([name, attribute]) => (attribute.optional || attribute.required) && !(set.has(name) && attributeAsBlock(attribute) === undefined));
  const blocks: (readonly [string, NestedBlockSchema])[] = [...schema.blocks].filter(([name, { max }]) => max === undefined || given.filter((one) => one === name).length < max);
  const offered = [
    ...attributes.map(([name, attribute]) => {
      const made = attributeAsBlock(attribute);
      return { required: attribute.required, deprecated: attribute.deprecated, offer: made === undefined ? attributeOffer(name, attribute, nameOnly) : blockOffer(name, made, nameOnly) };
    }),
    ...blocks.map(([name, nested]) => ({ required: nested.min > given.filter((one) => one === name).length, deprecated: nested.block.deprecated, offer: blockOffer(name, nested, nameOnly) })),
  ];
  const rank = ({ required, deprecated }: (typeof offered)[number]): number => (required ? 0 : deprecated ? 2 : 1);
  return offered.sort((a, b) => rank(a) - rank(b)).map(({ offer }) => offer);
}

function attributeOffer(label: string, attribute: AttributeSchema, nameOnly: boolean): Offer {
  const detail = [attribute.required ? 'required' : 'optional', ...(attribute.type.kind === 'any' ? [] : [typeName(attribute.type)]), ...(attribute.deprecated ? ['deprecated'] : [])].join(', ');
  return { label, kind: 'attribute', detail, documentation: attribute.description, deprecated: attribute.deprecated, snippet: !nameOnly, again: !nameOnly, text: nameOnly ? label : `${label} = ${placeholder(attribute)}` };
}

function placeholder({ type }: AttributeSchema): string {
  switch (type.kind) {
    case 'string':
      return '"$1"';
    case 'list':
    case 'set':
      return '[$1]';
    case 'map':
    case 'object':
      return '{\n  $1\n}';
    default:
      return '$1';
  }
}

function blockOffer(label: string, nested: NestedBlockSchema, nameOnly: boolean): Offer {
  const { block, labels, min } = nested;
  const open = `${label}${' "$1"'.repeat(labels)} {`;
  const needs = [...block.attributes].some(([, { required }]) => required) || [...block.blocks].some(([, inner]) => inner.min > 0);
  const text = nameOnly ? label : needs && labels === 0 ? blockText(label, nested, '') : `${open}\n  $0\n}`;
  return { label, kind: 'block', detail: min > 0 ? 'required block' : 'block', documentation: block.description, deprecated: block.deprecated, snippet: !nameOnly && (!needs || labels > 0), text };
}

/** The types that the first label of a block may be. */
export function typeOffers(block: string, schemas: SchemaSource): Offer[] {
  const [types, schemaOf] = block === 'resource' ? [schemas.resourceTypes, (type: string) => schemas.resource(type)] as const
    : block === 'data' ? [schemas.dataSourceTypes, (type: string) => schemas.dataSource(type)] as const
    : block === 'provider' ? [schemas.providerNames, (name: string) => schemas.provider(name)] as const : [[], () => undefined] as const;
  const deprecated = (type: string): boolean => schemaOf(type)?.deprecated === true;
  return [...types].sort((a, b) => Number(deprecated(a)) - Number(deprecated(b)) || a.localeCompare(b)).map((label) => ({ label, kind: 'type', text: label, documentation: schemaOf(label)?.description, deprecated: deprecated(label) }));
}
