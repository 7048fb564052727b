export { guestSnapshots, type Snapshot } from './snapshots.ts';
export { taskLogLines, type TaskState, taskState } from './task-log.ts';
export { clusterTasks, isRunning, type TaskRow } from './tasks.ts';
export { storageVolumes, type Volume, type VolumeContent } from './volumes.ts';
