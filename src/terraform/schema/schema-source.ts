import type { BlockSchema, ProviderSchema, SchemaSource } from './model.ts';

/** The schemas of several providers as one. The local name of a provider is taken to be the last part of its source. */
export function schemaSource(providers: readonly ProviderSchema[]): SchemaSource {
  const resources = merged(providers.map((provider) => provider.resources));
  const dataSources = merged(providers.map((provider) => provider.dataSources));
  const byName = new Map(providers.map((provider) => [localName(provider), provider]));
  return {
    resource: (type) => resources.get(type),
    dataSource: (type) => dataSources.get(type),
    provider: (name) => byName.get(name)?.provider,
    resourceTypes: [...resources.keys()],
    dataSourceTypes: [...dataSources.keys()],
    providerNames: [...byName.keys()],
    owns: (type) => byName.has(type.split('_')[0] ?? ''),
  };
}

/** @see https://developer.hashicorp.com/terraform/language/providers/requirements#local-names */
const localName = ({ source }: ProviderSchema): string => source.split('/').at(-1) ?? source;

function merged(maps: readonly ReadonlyMap<string, BlockSchema>[]): ReadonlyMap<string, BlockSchema> {
  return new Map(maps.flatMap((map) => [...map]));
}
