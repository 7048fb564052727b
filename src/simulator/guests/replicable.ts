import { failure } from '../api/errors.ts';
import type { Cluster, Guest } from '../state/cluster.ts';
import type { GuestKind } from './kind.ts';
import { isReplicated } from './lookup.ts';
import { isShared, storageById } from './storages.ts';
import { isCdrom, newVolume, storageOf } from './volume-setting.ts';
import type { VolumeSetting } from './volume-setting.ts';

/** A guest with replication jobs gets no volume that cannot be replicated. */
export function checkReplicable(cluster: Cluster, guest: Guest, kind: GuestKind, setting: VolumeSetting): void {
  if (!isReplicated(cluster, guest.vmid) || isCdrom(setting) || setting.properties.get('replicate') === '0') return;
  const id = newVolume(setting)?.storage ?? storageOf(setting.volume);
  if (id === undefined) {
    throw failure(kind.kind === 'qemu' ? 'cannot add non-managed/pass-through volume to a replicated VM' : 'cannot add non-replicatable volume to a replicated VM');
  }
  const storage = storageById(cluster, id);
  if (storage.type !== 'zfspool' && !isShared(storage)) throw failure('cannot add non-replicatable volume to a replicated VM');
}
