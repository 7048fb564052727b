import type { Clusters, Privileges } from '../clusters/index.ts';
import type { EditorDoor } from '../door/index.ts';
import type { RegisteredExplorer } from '../explorer/index.ts';
import type { commandIds } from '../ids.ts';

export interface OperationServices {
  readonly door: EditorDoor;
  readonly clusters: Clusters;
  readonly privileges: Privileges;
  readonly explorer: () => RegisteredExplorer;
}

/** The commands that change a cluster, by their names among the ids. */
export const operationNames = [
  'startGuest', 'shutDownGuest', 'stopGuest', 'rebootGuest', 'resetGuest', 'suspendGuest', 'hibernateGuest', 'resumeGuest', 'takeSnapshot', 'rollBackSnapshot', 'deleteSnapshot',
  'backUpGuest', 'restoreBackup', 'cloneGuest', 'migrateGuest', 'renameGuest', 'editNotes', 'editTags', 'changeProtection', 'moveToPool', 'resizeDisk', 'moveDisk',
  'convertToTemplate', 'destroyGuest', 'startAllGuests', 'shutDownAllGuests', 'rebootNode', 'shutDownNode', 'wakeNode', 'enterMaintenance', 'leaveMaintenance', 'uploadFile', 'downloadFromUrl', 'deleteVolume',
] as const satisfies readonly (keyof typeof commandIds)[];
export type OperationName = (typeof operationNames)[number];
