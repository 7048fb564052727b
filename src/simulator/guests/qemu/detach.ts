import { failure } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { isUnusedKey, QEMU } from '../kind.ts';
import { addUnused, usedBySnapshot, usesVolume } from '../references.ts';
import { ownerOf } from '../volume-name.ts';
import { isCdrom, isCloudinit, parseVolume, storageOf } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { freeOwned, requiredStorage } from '../volumes.ts';

/**
 * A drive leaves the configuration: its volume is kept as `unused[n]` when the VM owns it, a cloud-init drive is freed at once,
 * a CD image is simply let go (`vmconfig_register_unused_drive`).
 */
export function registerUnused(cluster: Cluster, guest: Guest, setting: VolumeSetting): void {
  if (isCloudinit(setting)) {
    freeOwned(cluster, guest, setting.volume);
    guest.config.cloudinit.clear();
  } else if (!isCdrom(setting) && cluster.storages.has(storageOf(setting.volume) ?? '') && ownerOf(setting.volume) === guest.vmid) {
    addUnused(guest.config.current, setting.volume);
  }
}

/**
 * Frees the volume of an `unused[n]` (or, with `force`, any) option.
 * @returns whether the option may go
 * @throws 403 without `Datastore.AllocateSpace`, 500 while a snapshot or another drive uses the volume
 */
export function deallocate(call: Call, guest: Guest, option: string, setting: VolumeSetting, force: boolean): boolean {
  if ((!force && !isUnusedKey(option)) || (isCdrom(setting) && !isCloudinit(setting))) return false;
  const volid = setting.volume;
  if (ownerOf(volid) !== guest.vmid) return true;
  call.demand(`/storage/${requiredStorage(volid)}`, ['Datastore.AllocateSpace']);
  if (usesVolume(QEMU, guest.config.current, volid, option) || usedBySnapshot(QEMU, guest.config, volid)) {
    throw failure(`unable to delete '${volid}' - volume is still in use (snapshot?)`);
  }
  freeOwned(call.cluster, guest, volid);
  return true;
}

/** Takes a drive of the current configuration away: frees it with `force`, keeps it as unused otherwise. */
export function deleteOrDetach(call: Call, guest: Guest, option: string, force: boolean): void {
  const setting = parseVolume(QEMU, guest.config.current.get(option) ?? '');
  if (force) {
    call.demand(`/vms/${guest.vmid}`, ['VM.Config.Disk']);
    deallocate(call, guest, option, setting, true);
  } else registerUnused(call.cluster, guest, setting);
}
