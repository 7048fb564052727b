import { type AttributeSchema, type BlockSchema, type ProviderSchema, typeName, type TypeSchema } from './model.ts';

/**
 * A schema with what is known of another version of the same provider and Terraform does not tell: which values an attribute takes, and
 * what comes after what is deprecated. Another version may allow other values, so that they are suggested and nothing is wrong for
 * being none of them.
 */
export function withSuggestions(schema: ProviderSchema, other: ProviderSchema): ProviderSchema {
  return { ...schema, provider: block(schema.provider, other.provider), resources: all(schema.resources, other.resources), dataSources: all(schema.dataSources, other.dataSources) };
}

const all = (schemas: ReadonlyMap<string, BlockSchema>, others: ReadonlyMap<string, BlockSchema>): ReadonlyMap<string, BlockSchema> => new Map([...schemas].map(([type, schema]) => [type, block(schema, others.get(type))]));

function block(schema: BlockSchema, other: BlockSchema | undefined): BlockSchema {
  if (other === undefined) return schema;
  return {
    ...schema,
    attributes: attributes(schema.attributes, other.attributes),
    blocks: new Map([...schema.blocks].map(([name, nested]) => [name, { ...nested, block: block(nested.block, other.blocks.get(name)?.block) }])),
    successor: schema.deprecated ? other.successor : undefined,
  };
}

const attributes = (own: ReadonlyMap<string, AttributeSchema>, others: ReadonlyMap<string, AttributeSchema>): ReadonlyMap<string, AttributeSchema> => new Map([...own].map(([name, schema]) => [name, attribute(schema, others.get(name), own)]));

function attribute(schema: AttributeSchema, other: AttributeSchema | undefined, siblings: ReadonlyMap<string, AttributeSchema>): AttributeSchema {
  if (other === undefined || typeName(schema.type) !== typeName(other.type)) return schema;
  const successor = schema.deprecated && other.successor !== undefined && siblings.has(other.successor) ? other.successor : undefined;
  return { ...schema, type: type(schema.type, other.type), suggested: other.values ?? other.suggested, successor };
}

function type(own: TypeSchema, other: TypeSchema): TypeSchema {
  if (own.kind === 'object' && other.kind === 'object') return { ...own, attributes: attributes(own.attributes, other.attributes) };
  if ((own.kind === 'list' || own.kind === 'set' || own.kind === 'map') && own.kind === other.kind) return { ...own, element: type(own.element, other.element) };
  return own;
}
