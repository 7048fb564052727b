/** What a provider, or Terraform itself, allows to be written. Names are those of `terraform providers schema -json`. */
export interface ProviderSchema {
  /** `bpg/proxmox`, without the registry's host. */
  readonly source: string;
  /** Of the provider, such as `0.111.1`, where it is known. */
  readonly version: string | undefined;
  /** Whether it is the provider that the folder has installed, or the one that came with the extension. */
  readonly from: 'snapshot' | 'project';
  readonly provider: BlockSchema;
  readonly resources: ReadonlyMap<string, BlockSchema>;
  readonly dataSources: ReadonlyMap<string, BlockSchema>;
}

export interface BlockSchema {
  readonly attributes: ReadonlyMap<string, AttributeSchema>;
  readonly blocks: ReadonlyMap<string, NestedBlockSchema>;
  readonly deprecated: boolean;
  /** What to use instead of something deprecated, where the provider says so. */
  readonly successor: string | undefined;
  readonly description: string | undefined;
  /** Any attribute and block may stand here: `locals`, `required_providers`, the arguments of a `module`. */
  readonly open: boolean;
}

export interface NestedBlockSchema {
  readonly nesting: 'single' | 'list' | 'set' | 'map';
  readonly min: number;
  /** Undefined: as many as one likes. */
  readonly max: number | undefined;
  readonly labels: number;
  readonly block: BlockSchema;
}

export interface AttributeSchema {
  readonly type: TypeSchema;
  readonly required: boolean;
  readonly optional: boolean;
  /** The provider works it out, where it is not given. */
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly deprecated: boolean;
  readonly successor: string | undefined;
  readonly description: string | undefined;
  /** The values allowed, of a text or of each text in a list. */
  readonly values: readonly string[] | undefined;
  /** Values that another version of the provider allows, where this one’s are not known. */
  readonly suggested?: readonly string[] | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** The older provider kit allows blocks for a list of objects (`network_device` of a VM). */
  readonly asBlock: boolean;
}

export type TypeSchema =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: TypeSchema }
  | { readonly kind: 'tuple'; readonly elements: readonly TypeSchema[] }
  | { readonly kind: 'object'; readonly attributes: ReadonlyMap<string, AttributeSchema> };

/** Schemas by what stands in the code. */
export interface SchemaSource {
  /** Undefined when nothing is known about the type: another provider's, for instance. */
  resource(type: string): BlockSchema | undefined;
  dataSource(type: string): BlockSchema | undefined;
  /** @param localName as in `provider "proxmox"` */
  provider(localName: string): BlockSchema | undefined;
  readonly resourceTypes: readonly string[];
  readonly dataSourceTypes: readonly string[];
  readonly providerNames: readonly string[];
  /** Whether types that begin like this one are known completely, so that one that is not known does not exist. */
  owns(type: string): boolean;
}

/** A type as Terraform writes it: `list(string)`. */
export function typeName(type: TypeSchema): string {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return `${type.kind}(${typeName(type.element)})`;
    case 'object':
      return 'object';
    case 'tuple':
      return 'list';
    default:
      return type.kind;
  }
}

/** @see https://developer.hashicorp.com/terraform/language/attr-as-blocks */
export function attributeAsBlock({ type, asBlock }: AttributeSchema): NestedBlockSchema | undefined {
  if (!asBlock || (type.kind !== 'list' && type.kind !== 'set') || type.element.kind !== 'object') return undefined;
  const block: BlockSchema = { attributes: type.element.attributes, blocks: new Map(), deprecated: false, successor: undefined, description: undefined, open: false };
  return { nesting: type.kind, min: 0, max: undefined, labels: 0, block };
}
