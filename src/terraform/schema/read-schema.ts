import * as z from 'zod';
import type { AttributeSchema, BlockSchema, NestedBlockSchema, ProviderSchema, TypeSchema } from './model.ts';

interface AttributeJson {
  readonly type?: unknown;
  readonly nested_type?: { readonly nesting_mode: string; readonly attributes?: Readonly<Record<string, AttributeJson>> | undefined } | undefined;
  readonly description?: string | undefined;
  readonly required?: boolean | undefined;
  readonly optional?: boolean | undefined;
  readonly computed?: boolean | undefined;
  readonly sensitive?: boolean | undefined;
  readonly deprecated?: boolean | undefined;
  readonly successor?: string | undefined;
  readonly values?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

interface NestedJson {
  readonly nesting_mode: string;
  readonly min_items?: number | undefined;
  readonly max_items?: number | undefined;
  readonly block: BlockJson;
}

interface BlockJson {
  readonly attributes?: Readonly<Record<string, AttributeJson>> | undefined;
  readonly block_types?: Readonly<Record<string, NestedJson>> | undefined;
  readonly description?: string | undefined;
  readonly deprecated?: boolean | undefined;
  readonly successor?: string | undefined;
}

const flag = z.boolean().optional();
/** What `terraform providers schema -json` prints. @see https://developer.hashicorp.com/terraform/cli/commands/providers/schema */
const attributeJson: z.ZodType<AttributeJson> = z.lazy(() =>
  z.object({
    type: z.unknown().optional(),
    nested_type: z.object({ nesting_mode: z.string(), attributes: z.record(z.string(), attributeJson).optional() }).optional(),
    description: z.string().optional(),
    required: flag, optional: flag, computed: flag, sensitive: flag, deprecated: flag,
    successor: z.string().optional(),
    values: z.array(z.string()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  }),
);
const blockJson: z.ZodType<BlockJson> = z.lazy(() =>
  z.object({
    attributes: z.record(z.string(), attributeJson).optional(),
    block_types: z.record(z.string(), z.object({ nesting_mode: z.string(), min_items: z.number().optional(), max_items: z.number().optional(), block: blockJson })).optional(),
    description: z.string().optional(),
    deprecated: flag,
    successor: z.string().optional(),
  }),
);

const providerJson = z.looseObject({
  provider: z.looseObject({ block: blockJson }).default({ block: {} }),
  resource_schemas: z.record(z.string(), z.looseObject({ block: blockJson })).default({}),
  data_source_schemas: z.record(z.string(), z.looseObject({ block: blockJson })).default({}),
});
const schemasJson = z.looseObject({ format_version: z.string(), provider_schemas: z.record(z.string(), providerJson).default({}) });

/** The schemas that `terraform providers schema -json` printed, by their sources (`bpg/proxmox`). @throws ZodError for what is none */
export function readSchemas(printed: unknown): Map<string, ProviderSchema> {
  const { provider_schemas: providers } = schemasJson.parse(printed);
  return new Map(Object.entries(providers).map(([address, json]) => {
    const source = address.split('/').slice(-2).join('/');
    return [source, providerSchema(json, { source, version: undefined, from: 'project' })];
  }));
}

/** The snapshot: one provider, with the values that its checks allow. */
export function readSnapshot(json: unknown): ProviderSchema {
  const { source, version } = z.looseObject({ source: z.string(), version: z.string() }).parse(json);
  return providerSchema(providerJson.parse(json), { source, version, from: 'snapshot' });
}

function providerSchema(json: z.infer<typeof providerJson>, about: Pick<ProviderSchema, 'source' | 'version' | 'from'>): ProviderSchema {
  const blocks = (record: Record<string, { block: BlockJson }>): Map<string, BlockSchema> => new Map(Object.entries(record).map(([type, { block }]) => [type, blockSchema(block)]));
  return { ...about, provider: blockSchema(json.provider.block), resources: blocks(json.resource_schemas), dataSources: blocks(json.data_source_schemas) };
}

function blockSchema(json: BlockJson): BlockSchema {
  return {
    attributes: attributes(json.attributes ?? {}),
    blocks: new Map(Object.entries(json.block_types ?? {}).map(([name, nested]) => [name, nestedBlock(nested)])),
    deprecated: json.deprecated ?? false,
    successor: json.successor,
    description: json.description,
    open: false,
  };
}

function nestedBlock({ nesting_mode: mode, min_items: min = 0, max_items: max, block }: NestedJson): NestedBlockSchema {
  const nesting = mode === 'list' || mode === 'set' || mode === 'map' ? mode : 'single';
  return { nesting, min, max: nesting === 'single' ? 1 : max, labels: nesting === 'map' ? 1 : 0, block: blockSchema(block) };
}

const attributes = (record: Readonly<Record<string, AttributeJson>>): Map<string, AttributeSchema> => new Map(Object.entries(record).map(([name, json]) => [name, attributeSchema(json)]));

function attributeSchema({ nested_type: nested, type, ...json }: AttributeJson): AttributeSchema {
  const typed = nested === undefined ? typeSchema(type) : nestedType(nested.nesting_mode, attributes(nested.attributes ?? {}));
  return {
    type: typed,
    required: json.required ?? false,
    optional: json.optional ?? false,
    computed: json.computed ?? false,
    sensitive: json.sensitive ?? false,
    deprecated: json.deprecated ?? false,
    successor: json.successor,
    description: json.description,
    values: json.values,
    minimum: json.minimum,
    maximum: json.maximum,
    asBlock: nested === undefined && (json.optional === true || json.required === true) && (typed.kind === 'list' || typed.kind === 'set') && typed.element.kind === 'object',
  };
}

function nestedType(mode: string, inner: ReadonlyMap<string, AttributeSchema>): TypeSchema {
  const object: TypeSchema = { kind: 'object', attributes: inner };
  return mode === 'list' || mode === 'set' || mode === 'map' ? { kind: mode, element: object } : object;
}

/** @see https://developer.hashicorp.com/terraform/cli/commands/providers/schema, "type" */
function typeSchema(json: unknown): TypeSchema {
  if (json === 'string' || json === 'number' || json === 'bool') return { kind: json };
  if (!Array.isArray(json)) return { kind: 'any' };
  const [kind, inner] = json as readonly unknown[];
  if (kind === 'list' || kind === 'set' || kind === 'map') return { kind, element: typeSchema(inner) };
  if (kind === 'tuple' && Array.isArray(inner)) return { kind, elements: inner.map(typeSchema) };
  if (kind === 'object' && typeof inner === 'object' && inner !== null) {
    return { kind, attributes: new Map(Object.entries(inner).map(([name, type]: [string, unknown]) => [name, attributeSchema({ optional: true, type })])) };
  }
  return { kind: 'any' };
}
