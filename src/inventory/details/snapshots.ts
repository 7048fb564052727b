import type { PveClient } from '../../pve/index.ts';
import { readRows, snapshotRow } from '../../pve/wire/index.ts';

/** A snapshot of a guest: `GET /nodes/{node}/{qemu|lxc}/{vmid}/snapshot`. */
export interface Snapshot {
  readonly name: string;
  readonly description?: string;
  /** Seconds since the epoch. */
  readonly time?: number;
  /** Whether a VM's memory is in it. */
  readonly withMemory: boolean;
  readonly parent?: string;
  /** `prepare`, `delete`, `rollback`: it is not (or no longer) whole. */
  readonly state?: string;
}

/**
 * A guest's snapshots, newest first, without the entry `current` that stands for how it is now.
 * @throws PveError as the client does, and `not-proxmox` when the answer is no list
 */
export async function guestSnapshots(client: PveClient, node: string, kind: 'qemu' | 'lxc', vmid: number, signal?: AbortSignal): Promise<readonly Snapshot[]> {
  const path = `/nodes/${encodeURIComponent(node)}/${kind}/${vmid}/snapshot`;
  const { rows } = readRows(snapshotRow, await client.get(path, undefined, signal === undefined ? {} : { signal }), client.connection.name, `GET ${path}`);
  return rows
    .filter(({ name }) => name !== 'current')
    .map(({ name, description, snaptime, vmstate, parent, snapstate }): Snapshot => ({
      name, withMemory: vmstate ?? false,
      ...(typeof description === 'string' && description.trim() !== '' && { description: description.trim() }),
      ...(typeof snaptime === 'number' && { time: snaptime }),
      ...(typeof parent === 'string' && { parent }),
      ...(typeof snapstate === 'string' && snapstate !== '' && { state: snapstate }),
    }))
    .sort((a, b) => (b.time ?? 0) - (a.time ?? 0) || (a.name < b.name ? -1 : 1));
}
