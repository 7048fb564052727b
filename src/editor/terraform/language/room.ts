/** What is loaded when a Terraform file is first worked on. */
export { DiagnosedDocuments } from './diagnosed-documents.ts';
export { Formatting } from './formatting.ts';
export { completionsAt, described, hoverAt, TerraformItem } from './knowledge.ts';
export { definitionsAt, prepareRenameAt, referencesAt, renameAt } from './navigation.ts';
export { OpenFolders } from './open-folders.ts';
export { OpenModules } from './open-modules.ts';
export { SchemaStatus } from './schema-status.ts';
export { foldsOf, linksOf, outlineOf, selectionsAt, symbolsMatching, tokensOf } from './structure.ts';
