import { failure } from '../api/errors.ts';
import type { Cluster, Volume } from '../state/cluster.ts';
import { storageUsage } from '../state/volumes.ts';
import { storageById } from './storages.ts';

/** Throws `storage migration for … failed - …` when a target storage has no room for what comes. */
export function checkRoom(cluster: Cluster, node: string, volumes: readonly { readonly volume: Volume; readonly target: string }[]): void {
  const needed = new Map<string, number>();
  for (const { volume, target } of volumes) {
    const bytes = (needed.get(target) ?? 0) + volume.used;
    needed.set(target, bytes);
    if (bytes > storageUsage(cluster, storageById(cluster, target), node).avail) {
      throw failure(`storage migration for '${volume.volid}' to storage '${target}' failed - No space left on device`);
    }
  }
}
