import { boolean, optional, string } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Call } from '../../api/route.ts';
import type { Node } from '../../state/cluster.ts';
import { nodeOf, userOf } from '../parameters.ts';
import { findDevice, isPartition, partitionsOf, pathOf, wipe } from './devices.ts';

export const NAME = string({ format: 'pve-storage-id' });
export const ADD_STORAGE: Parameters = { add_storage: optional(boolean({ default: false })) };
export const CLEANUP: Parameters = { 'cleanup-config': optional(boolean({ default: false })), 'cleanup-disks': optional(boolean({ default: false })) };

export const asked = (call: Call, flag: string): boolean => call.parameters[flag] === true;

/** Starts a worker that changes disks; what `finish` throws is the task's error. @returns the UPID */
export function diskTask(call: Call, type: string, id: string, log: readonly string[], finish: () => void | readonly string[]): string {
  return call.cluster.tasks.start({ node: nodeOf(call).name, type, id, user: userOf(call), duration: 2500, log: log.map((line, i) => [(i + 1) / (log.length + 1), line] as const), finish });
}

/** Wipes what a pool stood on; a disk that has no other partition goes as a whole. */
export function wipeAfter(node: Node, paths: readonly string[]): void {
  for (const path of paths) {
    const device = findDevice(node, path);
    const parent = String(device['parent']);
    wipe(node, isPartition(device) && partitionsOf(node, parent).length === 1 ? parent : pathOf(device));
  }
}
