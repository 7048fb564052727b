export { type CoreBlock, coreBlocks, dataMeta, providerMeta, resourceMeta } from './core.ts';
export { installedProvider } from './installed-provider.ts';
export { loadSnapshot } from './load-snapshot.ts';
export { attributeAsBlock, type AttributeSchema, type BlockSchema, type NestedBlockSchema, type ProviderSchema, type SchemaSource, typeName, type TypeSchema } from './model.ts';
export { readSchemas } from './read-schema.ts';
export { type FolderSchema, ProjectSchemas, type ProjectSchemasOptions } from './project-schemas.ts';
export { schemaSource } from './schema-source.ts';
