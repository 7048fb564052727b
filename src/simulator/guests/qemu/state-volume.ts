import type { Cluster, Guest, Volume } from '../../state/cluster.ts';
import { guestMemory } from '../../state/sizing.ts';
import { QEMU } from '../kind.ts';
import { holdsData, volumeSettings } from '../references.ts';
import { isFileBased, isShared, storageById } from '../storages.ts';
import { storageOf } from '../volume-setting.ts';
import { allocateImage } from '../volumes.ts';

const MiB = 1024 * 1024;

/**
 * Where a VM's state goes when nobody says: `vmstatestorage`, else a shared storage of its disks, else a local one, file based
 * ones first, else `local` (`find_vmstate_storage`).
 */
export function stateStorage(cluster: Cluster, guest: Guest): string {
  const configured = guest.config.current.get('vmstatestorage');
  if (configured !== undefined) return configured;
  const ids = new Set(volumeSettings(QEMU, guest.config.current).filter(([, setting]) => holdsData(QEMU, setting)).map(([, setting]) => storageOf(setting.volume) ?? ''));
  let shared: string | undefined;
  let local: string | undefined;
  for (const id of [...ids].sort()) {
    const storage = cluster.storages.get(id);
    if (storage === undefined) continue;
    if (isShared(storage)) shared = shared === undefined || isFileBased(storage) ? id : shared;
    else local = local === undefined || isFileBased(storage) ? id : local;
  }
  return shared ?? local ?? 'local';
}

/** The volume for a VM's memory and device state: twice the memory and 500 MiB. */
export function allocateState(cluster: Cluster, guest: Guest, storage: string, name: string): Volume {
  const suffix = isFileBased(storageById(cluster, storage)) ? '.raw' : '';
  return allocateImage(cluster, {
    storage,
    node: guest.node,
    vmid: guest.vmid,
    size: guestMemory(guest) * 2 + 500 * MiB,
    content: 'images',
    format: 'raw',
    name: `vm-${guest.vmid}-state-${name}${suffix}`,
  });
}
