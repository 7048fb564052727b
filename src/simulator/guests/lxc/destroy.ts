import { failure } from '../../api/errors.ts';
import { boolean, optional } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { isDisabled } from '../../state/storages.ts';
import { free, volumesOn } from '../../state/volumes.ts';
import { isHaConfigured } from '../ha.ts';
import { LXC } from '../kind.ts';
import { checkLock, checkProtection, guestOf, hasLock, isRunning, loadGuest } from '../lookup.ts';
import { forgetGuest } from '../new-guest.ts';
import { flag, NODE_AND_VMID } from '../parameters.ts';
import { powerOff } from '../power-state.ts';
import { purge, refuseReplicated, removeAccess } from '../purge.ts';
import { ownerOf } from '../volume-name.ts';
import { freeOwned } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { ownVolumes } from './mount-points.ts';
import { KILL_DURATION } from './start.ts';

/** What is checked before the worker starts and by the worker again. */
function check(call: Call, guest: Guest): void {
  const { vmid } = guest;
  checkProtection(guest, `can't remove CT ${vmid}`);
  checkLock(LXC, guest);
  if (!flag(call, 'purge')) {
    if (isHaConfigured(call.cluster, LXC, vmid)) throw failure(`unable to remove CT ${vmid} - used in HA resources and purge parameter not set.`);
    refuseReplicated(call.cluster, vmid);
  }
  if (isRunning(guest) && !flag(call, 'force')) throw failure(`unable to destroy CT ${vmid} - container is running`);
}

function freeUnreferenced(cluster: Cluster, guest: Guest): string[] {
  const log: string[] = [];
  for (const storage of cluster.storages.values()) {
    if (isDisabled(storage)) continue;
    const left = volumesOn(cluster, storage, guest.node).filter(({ content, volid }) => (content === 'images' || content === 'rootdir') && ownerOf(volid) === guest.vmid);
    for (const { volid } of left) {
      try {
        free(cluster, volid);
      } catch (error) {
        log.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  return log;
}

function destroy(call: Call): string {
  const { cluster } = call;
  const { vmid, node } = guestOf(call, LXC);
  check(call, guestOf(call, LXC));
  return startWorker(call, { node, type: 'vzdestroy', id: String(vmid) }, () => {
    const guest = loadGuest(cluster, LXC, node, vmid);
    check(call, guest);
    const killed = isRunning(guest);
    if (killed) powerOff(guest);
    const volumes = ownVolumes(guest);
    guest.config.current.set('lock', 'destroyed');
    return {
      duration: 400 + volumes.size * 250 + (killed ? KILL_DURATION : 0),
      log: killed ? [[0, `forced to stop CT ${vmid} before destroying!`]] : [],
      finish: () => {
        const log: string[] = [];
        try {
          for (const volid of volumes) freeOwned(cluster, guest, volid);
        } catch (error) {
          if (hasLock(guest, 'destroyed')) guest.config.current.delete('lock');
          throw error;
        }
        if (flag(call, 'destroy-unreferenced-disks')) log.push(...freeUnreferenced(cluster, guest));
        removeAccess(cluster, vmid);
        if (flag(call, 'purge')) log.push(`purging CT ${vmid} from related configurations..`, ...purge(cluster, LXC, vmid));
        forgetGuest(cluster, vmid);
        return log;
      },
      abort: () => {
        if (hasLock(guest, 'destroyed')) guest.config.current.delete('lock');
      },
    };
  });
}

/** `DELETE /nodes/{node}/lxc/{vmid}`. */
export const destroyRoute: Route = {
  method: 'DELETE',
  path: '/nodes/{node}/lxc/{vmid}',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Allocate']] },
  parameters: { ...NODE_AND_VMID, force: optional(boolean()), purge: optional(boolean()), 'destroy-unreferenced-disks': optional(boolean()) },
  run: destroy,
};
