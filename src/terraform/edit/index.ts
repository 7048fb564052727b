export { addBlockAt, removeBlockAt, removeWithSpace } from './blocks.ts';
export { applyEdits, type HclEdit, resourceBlock } from './edits.ts';
export { ignoreChanges, ignoredPaths, isIgnored } from './ignore-changes.ts';
export { removeImportBlocks } from './import-blocks.ts';
export { type CodeValue, codeValue, type Literal, literalOf } from './literal.ts';
export { type Obstacle, parsePath } from './path.ts';
export { obstacleTo, removeAttribute, setAttribute } from './set-attribute.ts';
