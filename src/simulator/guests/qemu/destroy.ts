import { failure } from '../../api/errors.ts';
import { boolean, optional } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { free, volumesOn } from '../../state/volumes.ts';
import { isHaConfigured } from '../ha.ts';
import { QEMU } from '../kind.ts';
import { checkLock, checkProtection, guestOf, hasLock, isRunning, isTemplate, loadGuest } from '../lookup.ts';
import { forgetGuest } from '../new-guest.ts';
import { flag, NODE_AND_VMID, rootOnly, SKIPLOCK } from '../parameters.ts';
import { purge, refuseReplicated, removeAccess } from '../purge.ts';
import { dataVolumes, unusedVolumes, volumeSettings } from '../references.ts';
import { ownerOf } from '../volume-name.ts';
import { isCdrom, isCloudinit, storageOf } from '../volume-setting.ts';
import { baseInUse, freeOwned } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { isDisabled } from '../../state/storages.ts';

/** What is checked before the worker starts and by the worker again. */
function check(call: Call, guest: Guest): void {
  const { vmid } = guest;
  checkProtection(guest, `can't remove VM ${vmid}`);
  if (!flag(call, 'purge')) {
    if (isHaConfigured(call.cluster, QEMU, vmid)) throw failure(`unable to remove VM ${vmid} - used in HA resources and purge parameter not set.`);
    refuseReplicated(call.cluster, vmid);
  }
  if (isRunning(guest)) throw failure(`VM ${vmid} is running - destroy failed`);
}

function checkBases(cluster: Cluster, guest: Guest): void {
  const { current } = guest.config;
  const disks = volumeSettings(QEMU, current).filter(([, setting]) => !isCdrom(setting)).map(([, { volume }]) => volume);
  for (const volid of [...disks, ...unusedVolumes(current).map(([, volume]) => volume)]) {
    if (storageOf(volid) !== undefined && baseInUse(cluster, volid)) throw failure(`base volume '${volid}' is still in use by linked cloned`);
  }
}

/** Every volume the configuration mentions and the VM owns, and with `unreferenced` all others of its VMID. @returns warnings */
function freeVolumes(cluster: Cluster, guest: Guest, unreferenced: boolean): string[] {
  const log: string[] = [];
  const { current, pending } = guest.config;
  const generated = [current, pending].flatMap((section) => volumeSettings(QEMU, section).filter(([, setting]) => isCloudinit(setting)).map(([, { volume }]) => volume));
  const attempt = (volid: string, message: string, remove: () => void): void => {
    try {
      remove();
    } catch (error) {
      log.push(`WARN: ${message.replace('%', volid)}${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const volid of new Set([...dataVolumes(QEMU, guest.config), ...generated])) attempt(volid, "Could not remove disk '%', check manually: ", () => void freeOwned(cluster, guest, volid));
  if (!unreferenced) return log;
  for (const storage of cluster.storages.values()) {
    if (isDisabled(storage)) continue;
    const left = volumesOn(cluster, storage, guest.node).filter(({ content, volid }) => (content === 'images' || content === 'rootdir') && ownerOf(volid) === guest.vmid);
    for (const { volid } of left) attempt(volid, '', () => free(cluster, volid));
  }
  return log;
}

function destroy(call: Call): string {
  rootOnly(call, 'skiplock');
  const { cluster } = call;
  const { vmid, node } = guestOf(call, QEMU);
  check(call, guestOf(call, QEMU));
  return startWorker(call, { node, type: 'qmdestroy', id: String(vmid) }, () => {
    const guest = loadGuest(cluster, QEMU, node, vmid);
    const verify = (): void => {
      check(call, guest);
      if (!flag(call, 'skiplock') && !hasLock(guest, 'suspended')) checkLock(QEMU, guest);
      if (isTemplate(guest)) checkBases(cluster, guest);
    };
    verify();
    return {
      duration: 500 + volumeSettings(QEMU, guest.config.current).length * 250,
      finish: () => {
        verify();
        const log = freeVolumes(cluster, guest, flag(call, 'destroy-unreferenced-disks'));
        removeAccess(cluster, vmid);
        if (flag(call, 'purge')) log.push(`purging VM ${vmid} from related configurations..`, ...purge(cluster, QEMU, vmid));
        forgetGuest(cluster, vmid);
        return log;
      },
    };
  });
}

/** `DELETE /nodes/{node}/qemu/{vmid}` (PVE::API2::Qemu, `destroy_vm`). */
export const destroyRoute: Route = {
  method: 'DELETE',
  path: '/nodes/{node}/qemu/{vmid}',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Allocate']] },
  parameters: { ...NODE_AND_VMID, skiplock: SKIPLOCK, purge: optional(boolean()), 'destroy-unreferenced-disks': optional(boolean()) },
  run: destroy,
};
