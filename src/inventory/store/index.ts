export { loadSqlite } from './database.ts';
export { type FileSystem, openGenerations } from './generations.ts';
export { InventoryStore, openStore } from './store.ts';
