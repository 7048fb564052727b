/**
 * What Proxmox VE's answers look like, as far as the product reads them. Schemas are tolerant: unknown members are dropped, numbers
 * may be texts and booleans 0/1, as Perl has it.
 */
export { type Permissions, permissions } from './access.ts';
export { type ClusterResource, clusterResource } from './cluster-resource.ts';
export { type ClusterStatusRow, clusterStatusRow, type Version, version } from './cluster.ts';
export { type ConsoleAnswer, consoleAnswer } from './console.ts';
export { type NodeStatus, nodeStatus } from './node.ts';
export { type SnapshotRow, snapshotRow } from './snapshot.ts';
export { asList, readObject, readRows, type Rows, whySkipped } from './rows.ts';
export { type StorageContentRow, storageContentRow, type StorageRow, storageRow, type StorageStatus, storageStatus } from './storage.ts';
export { isTaskFailure, type TaskLogLine, taskLogLine, type TaskRow, taskRow, taskStatus } from './task.ts';
