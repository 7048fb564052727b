export { fileContents, type May } from './abilities.ts';
export { ExplorerTree } from './explorer-tree.ts';
export type { Item, ItemIcon } from './item.ts';
export type { ExplorerNode, Grouping, ViewSettings } from './nodes.ts';
export type { Detail, Sources } from './sources.ts';
export { type Target, targetOf } from './target.ts';
