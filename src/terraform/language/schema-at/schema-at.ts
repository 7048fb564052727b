import { attributeAsBlock, type AttributeSchema, type BlockSchema, coreBlocks, dataMeta, type NestedBlockSchema, providerMeta, resourceMeta, type SchemaSource } from '../../schema/index.ts';
import type { HclBlock } from '../../syntax/index.ts';

/** The block around a position as the schema knows it. */
export interface KnownBody {
  readonly schema: BlockSchema;
  /** Types of the blocks from the top-level block's body to this one; `dynamic` blocks stand for what they make. */
  readonly path: readonly string[];
}

/** What a top-level block may hold. Undefined: nothing is known, so nothing is said. */
export function topSchema({ type, labels }: Pick<HclBlock, 'type' | 'labels'>, schemas: SchemaSource): BlockSchema | undefined {
  const [label = ''] = labels;
  switch (type) {
    case 'resource':
      return withMeta(schemas.resource(label), resourceMeta);
    case 'data':
      return withMeta(schemas.dataSource(label), dataMeta);
    case 'provider':
      return withMeta(schemas.provider(label), providerMeta);
    default:
      return coreBlocks.get(type)?.block;
  }
}

/** What a block inside of another may hold: its own attributes, those given as blocks, and `dynamic`. */
export function childSchema(schema: BlockSchema, { type, labels }: Pick<HclBlock, 'type' | 'labels'>): NestedBlockSchema | undefined {
  if (type === 'dynamic' && labels[0] !== undefined) {
    const made = childSchema(schema, { type: labels[0], labels: [] });
    return made === undefined ? undefined : dynamic(made);
  }
  const block = schema.blocks.get(type);
  if (block !== undefined) return block;
  const attribute = schema.attributes.get(type);
  return attribute === undefined ? undefined : attributeAsBlock(attribute);
}

/** The schema of the innermost of some blocks, each in the one before. Undefined where nothing is known. */
export function bodySchema(blocks: readonly HclBlock[], schemas: SchemaSource): KnownBody | undefined {
  const [top, ...inner] = blocks;
  let schema = top === undefined ? undefined : topSchema(top, schemas);
  const path: string[] = [];
  for (const [index, block] of inner.entries()) {
    if (schema === undefined) return undefined;
    schema = childSchema(schema, block)?.block ?? (schema.open ? schema : undefined);
    const content = block.type === 'content' && inner[index - 1]?.type === 'dynamic';
    if (!content) path.push(block.type === 'dynamic' ? (block.labels[0] ?? '') : block.type);
  }
  return schema === undefined ? undefined : { schema, path };
}

const merged = new WeakMap<BlockSchema, BlockSchema>();

function withMeta(schema: BlockSchema | undefined, meta: BlockSchema): BlockSchema | undefined {
  if (schema === undefined) return undefined;
  let known = merged.get(schema);
  if (known === undefined) {
    known = { ...schema, attributes: new Map([...schema.attributes, ...meta.attributes]), blocks: new Map([...schema.blocks, ...meta.blocks]) };
    merged.set(schema, known);
  }
  return known;
}

const anyAttribute = (required: boolean): AttributeSchema => ({
  type: { kind: 'any' }, required, optional: !required, computed: false, sensitive: false, deprecated: false,
  successor: undefined, description: undefined, values: undefined, minimum: undefined, maximum: undefined, asBlock: false,
});

/** @see https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks */
function dynamic(made: NestedBlockSchema): NestedBlockSchema {
  const block: BlockSchema = {
    attributes: new Map([['for_each', anyAttribute(true)], ['iterator', anyAttribute(false)], ['labels', anyAttribute(false)]]),
    blocks: new Map([['content', { nesting: 'list', min: 1, max: 1, labels: 0, block: made.block }]]),
    deprecated: false, successor: undefined, description: undefined, open: false,
  };
  return { nesting: 'list', min: 0, max: undefined, labels: 1, block };
}
