import type { GuestRow, NodeRow } from '../../../inventory/index.ts';
import type { Volume } from '../../../inventory/index.ts';
import type { StorageEntry } from './storages.ts';

/** Whether the connection's user holds these privileges on an ACL path; undefined while that is not known: then everything is offered. */
export type May = ((path: string, privileges: readonly string[]) => boolean) | undefined;

/** Word of a context value → privileges on the guest, one of which is enough. */
const onGuest = {
  mayPower: ['VM.PowerMgmt'],
  maySnapshot: ['VM.Snapshot'],
  mayBackup: ['VM.Backup'],
  mayClone: ['VM.Clone'],
  mayMigrate: ['VM.Migrate'],
  mayOptions: ['VM.Config.Options'],
  mayDisk: ['VM.Config.Disk'],
  mayAllocate: ['VM.Allocate'],
} as const;

/** What menus have to know of a guest: kind, state, and what the user may do with it. */
export function guestWords({ kind, vmid, status, lock }: GuestRow, may: May): string {
  const path = `/vms/${vmid}`;
  const words: string[] = Object.entries(onGuest).flatMap(([word, privileges]) => (allows(may, path, privileges) ? [word] : []));
  // A container's name is its hostname, which belongs to the network.
  if (allows(may, path, [kind === 'qemu' ? 'VM.Config.Options' : 'VM.Config.Network'])) words.push('mayRename');
  // What hibernates is listed as stopped under this lock.
  return [kind, lock === 'suspended' && status === 'stopped' ? 'stopped hibernated' : status, ...words].join(' ');
}

export function snapshotWords(vmid: number, may: May): string {
  const path = `/vms/${vmid}`;
  return [...(allows(may, path, ['VM.Snapshot']) ? ['maySnapshot'] : []), ...(allows(may, path, ['VM.Snapshot', 'VM.Snapshot.Rollback']) ? ['mayRollBack'] : [])].join(' ');
}

export function nodeWords({ node, status, hastate }: NodeRow, may: May): string {
  return [status, ...(hastate === 'maintenance' ? ['maintenance'] : []), ...(allows(may, `/nodes/${node}`, ['Sys.PowerMgmt']) ? ['mayPower'] : []), ...(allows(may, '/', ['VM.PowerMgmt']) ? ['mayPowerAll'] : [])].join(' ');
}

/** Kinds of content that files are brought to a storage for. */
export const fileContents = ['iso', 'vztmpl', 'import'] as const;

export function storageWords({ storage, content }: StorageEntry, may: May): string {
  return [...(fileContents.some((kind) => content.includes(kind)) ? ['files'] : []), ...(allows(may, `/storage/${storage}`, ['Datastore.AllocateTemplate']) ? ['mayUpload'] : [])].join(' ');
}

export function volumeWords({ volid, content, vmid }: Volume, may: May): string {
  const storage = volid.slice(0, volid.indexOf(':'));
  const own = content === 'backup' && vmid !== undefined && allows(may, `/storage/${storage}`, ['Datastore.AllocateSpace']) && allows(may, `/vms/${vmid}`, ['VM.Backup']);
  return [content, ...(own || allows(may, `/storage/${storage}`, ['Datastore.Allocate']) ? ['mayDelete'] : [])].join(' ');
}

/** @param privileges one of them is enough */
function allows(may: May, path: string, privileges: readonly string[]): boolean {
  return may === undefined || privileges.some((privilege) => may(path, [privilege]));
}
