export type {
  Change,
  GuestRow,
  Health,
  HistoryEntry,
  Inventory,
  Live,
  NodeRow,
  PoolRow,
  Row,
  StorageRow,
} from './inventory.ts';
export { currentRows } from './current-rows.ts';
export { type DisplayedLive, displayedLive } from './live.ts';
export { type InventoryOptions, openInventory } from './open-inventory.ts';
export { clusterTasks, guestSnapshots, isRunning, type Snapshot, storageVolumes, taskLogLines, type TaskRow, type TaskState, taskState, type Volume, type VolumeContent } from './details/index.ts';
