import type { AttributeSchema, BlockSchema, NestedBlockSchema, TypeSchema } from './model.ts';

/**
 * What Terraform itself allows, by the type of the top-level block (Terraform 1.11 and OpenTofu 1.9;
 * https://developer.hashicorp.com/terraform/language, one page per block).
 */
export interface CoreBlock {
  readonly labels: readonly string[];
  readonly block: BlockSchema;
}

const any: TypeSchema = { kind: 'any' };
const string: TypeSchema = { kind: 'string' };
const bool: TypeSchema = { kind: 'bool' };
const number: TypeSchema = { kind: 'number' };
const list = (element: TypeSchema): TypeSchema => ({ kind: 'list', element });

function attribute(type: TypeSchema, description: string, more: Partial<AttributeSchema> = {}): AttributeSchema {
  return {
    type, description, required: false, optional: more.required !== true, computed: false, sensitive: false, deprecated: false,
    successor: undefined, values: undefined, minimum: undefined, maximum: undefined, asBlock: false, ...more,
  };
}
const needed = (type: TypeSchema, description: string, more: Partial<AttributeSchema> = {}): AttributeSchema => attribute(type, description, { required: true, ...more });

function block(attributes: Readonly<Record<string, AttributeSchema>>, blocks: Readonly<Record<string, NestedBlockSchema>> = {}, open = false): BlockSchema {
  return { attributes: new Map(Object.entries(attributes)), blocks: new Map(Object.entries(blocks)), deprecated: false, successor: undefined, description: undefined, open };
}
const many = (schema: BlockSchema, labels = 0, min = 0): NestedBlockSchema => ({ nesting: 'list', min, max: undefined, labels, block: schema });
const one = (schema: BlockSchema, labels = 0, min = 0): NestedBlockSchema => ({ nesting: 'list', min, max: 1, labels, block: schema });

const anything = block({}, {}, true);
const condition = block({ condition: needed(bool, 'What has to hold'), error_message: needed(string, 'What to say when it does not') });
const connection = block({ type: attribute(string, 'How to connect', { values: ['ssh', 'winrm'] }), host: needed(string, 'The address to connect to') }, {}, true);

const common = {
  count: attribute(number, 'How many of it there are'),
  for_each: attribute(any, 'One of it for each member of a map or a set of texts'),
  depends_on: attribute(list(any), 'What has to be there first'),
} as const;

/** What every resource may hold beyond its provider's schema. */
export const resourceMeta: BlockSchema = block(
  { ...common, provider: attribute(any, 'The configuration of the provider to use') },
  {
    lifecycle: one(block(
      {
        create_before_destroy: attribute(bool, 'Whether a replacement is created before the old one is destroyed'),
        prevent_destroy: attribute(bool, 'Whether a plan that would destroy it is refused'),
        ignore_changes: attribute(any, 'Attributes whose changes outside of the code are left alone, or all'),
        replace_triggered_by: attribute(list(any), 'What replaces this when it changes'),
      },
      { precondition: many(condition), postcondition: many(condition) },
    )),
    connection: one(connection),
    provisioner: many(block({ when: attribute(any, 'create or destroy'), on_failure: attribute(any, 'continue or fail') }, { connection: one(connection) }, true), 1),
  },
);

/** What every data source may hold beyond its provider's schema. */
export const dataMeta: BlockSchema = block(
  { ...common, provider: attribute(any, 'The configuration of the provider to use') },
  { lifecycle: one(block({}, { precondition: many(condition), postcondition: many(condition) })) },
);

/** What every `provider` block may hold. */
export const providerMeta: BlockSchema = block({
  alias: attribute(string, 'A name for another configuration of the same provider'),
  version: attribute(string, 'Which versions will do', { deprecated: true, successor: undefined }),
});

const lazily = { ephemeral: attribute(bool, 'Whether it is kept out of plans and states'), sensitive: attribute(bool, 'Whether it is left out of what Terraform prints') } as const;

/** `resource`, `data` and `provider` are completed by the provider's schema. */
export const coreBlocks: ReadonlyMap<string, CoreBlock> = new Map<string, CoreBlock>([
  ['resource', { labels: ['type', 'name'], block: resourceMeta }],
  ['data', { labels: ['type', 'name'], block: dataMeta }],
  ['ephemeral', { labels: ['type', 'name'], block: { ...dataMeta, open: true } }],
  ['provider', { labels: ['name'], block: providerMeta }],
  ['variable', {
    labels: ['name'],
    block: block(
      {
        type: attribute(any, 'string, number, bool, list(…), set(…), map(…), object({…}) or any'),
        default: attribute(any, 'The value when none is given; without it one must be'),
        description: attribute(string, 'What it is for'),
        nullable: attribute(bool, 'Whether null may be given'),
        deprecated: attribute(string, 'What to say to who still gives it'),
        ...lazily,
      },
      { validation: many(condition) },
    ),
  }],
  ['output', {
    labels: ['name'],
    block: block({ value: needed(any, 'What is given out'), description: attribute(string, 'What it is'), depends_on: common.depends_on, deprecated: attribute(string, 'What to say to who still reads it'), ...lazily }, { precondition: many(condition) }),
  }],
  ['locals', { labels: [], block: anything }],
  ['module', {
    labels: ['name'],
    block: block({ source: needed(string, 'Where the module is: a folder, a registry, a repository'), version: attribute(string, 'Which versions of a registry’s module will do'), providers: attribute(any, 'Which configurations the module’s providers get'), ...common }, {}, true),
  }],
  ['terraform', {
    labels: [],
    block: block(
      { required_version: attribute(string, 'Which versions of Terraform will do'), experiments: attribute(list(any), 'Features that are being tried') },
      { required_providers: many(anything), backend: one(anything, 1), cloud: one(anything), provider_meta: many(anything, 1), encryption: one(anything) },
    ),
  }],
  ['moved', { labels: [], block: block({ from: needed(any, 'The old address'), to: needed(any, 'The new address') }) }],
  ['import', {
    labels: [],
    block: block({
      to: needed(any, 'The address that it becomes'), id: attribute(string, 'What the provider knows it by'), identity: attribute(any, 'What the provider knows it by, in parts'),
      for_each: common.for_each, provider: attribute(any, 'The configuration of the provider to use'),
    }),
  }],
  ['removed', {
    labels: [],
    block: block({ from: needed(any, 'The address that is forgotten') }, { lifecycle: one(block({ destroy: needed(bool, 'Whether it is destroyed as well') })), connection: one(connection), provisioner: many(anything, 1) }),
  }],
  ['check', { labels: ['name'], block: block({}, { data: one(anything, 2), assert: many(condition, 0, 1) }) }],
]);
