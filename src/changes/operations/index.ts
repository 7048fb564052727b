import type { Target } from '../proposal/target.ts';
import { backups } from './backup.ts';
import { clone } from './clone.ts';
import { configure } from './config.ts';
import { create } from './create.ts';
import { destroy } from './destroy.ts';
import { disks } from './disks.ts';
import { migrate } from './migrate.ts';
import { nodes } from './nodes.ts';
import type { Operation, ProposableOperation } from './operation.ts';
import { pools } from './pools.ts';
import { power } from './power.ts';
import { snapshots } from './snapshots.ts';
import { storages } from './storages.ts';
import { upload } from './upload.ts';

/**
 * Everything the door can do over the API. Who asks an operation about a target looks at {@link Operation.targets} first (`propose` does):
 * each understands its own kinds of target only, which is why the list can be one of operations on any target.
 */
export const allOperations = [...power, ...snapshots, clone, migrate, ...disks, ...backups, configure, destroy, create, ...nodes, ...storages, upload, ...pools] as readonly unknown[] as readonly Operation[];

const byName = new Map(allOperations.map((operation) => [operation.name, operation]));

/** Finds an operation by its name; undefined when there is none. */
export type OperationLookup = (name: string) => ProposableOperation | undefined;

/** Undefined when the catalogue has no operation of that name. */
export function operationByName(name: string): Operation | undefined {
  return byName.get(name);
}

/** Whether an operation is about targets of this kind. */
export function takes(operation: Pick<ProposableOperation, 'targets'>, target: Target): boolean {
  return operation.targets.includes(target.kind);
}

export { backupFirst, snapshotFirst } from './first.ts';
export { api, capitalised, flag, nameOf, onGuest, protectedAgainst, text } from './guest.ts';
export { type ShellOperation, shellOperations } from './maintenance.ts';
export { guestsOn, poweredTogether } from './nodes.ts';
export type { ApiRequest, Circumstances, ContributedOperation, EffectPart, Operation, Outcome, PartsReading, ProposableOperation, Requirement } from './operation.ts';
