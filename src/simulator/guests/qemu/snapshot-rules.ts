import { failure } from '../../api/errors.ts';
import type { Guest } from '../../state/cluster.ts';
import type { Options } from '../../../pve/config/index.ts';
import { QEMU } from '../kind.ts';
import { snapshotRoutes } from '../snapshots.ts';
import { runningMachine } from '../status.ts';
import { startWorkerAs } from '../worker.ts';
import { powerOn, startWork, stop } from './start.ts';
import { allocateState, stateStorage } from './state-volume.ts';

/** Devices whose state cannot be saved or sent (`check_non_migratable_resources`). */
export function nonMigratable(options: Options): string[] {
  const found = ['amd-sev', 'intel-tdx'].filter((option) => options.has(option));
  if ([...options.keys()].some((option) => /^virtiofs\d+$/.test(option))) found.push('virtiofs');
  return found;
}

function checkState(guest: Guest): void {
  const blockers = nonMigratable(guest.config.current);
  if (blockers.length > 0) throw failure(`Cannot live-migrate, snapshot (with RAM), or hibernate a VM with: ${blockers.join(', ')}`);
}

/** Snapshots of VMs: they can hold the memory as well, and a rollback to such a one goes on where it was. */
export const qemuSnapshotRoutes = snapshotRoutes({
  kind: QEMU,
  workers: { create: 'qmsnapshot', remove: 'qmdelsnapshot', rollback: 'qmrollback' },
  isReserved: (snapname) => snapname === 'current' || snapname.toLowerCase() === 'pending',
  stop,
  start: (call, guest) => void startWorkerAs(call.cluster, call.caller.tokenid ?? call.caller.userid, { node: guest.node, type: 'qmstart', id: String(guest.vmid) }, () => startWork(call.cluster, guest)),
  state: {
    check: checkState,
    prepare: (cluster, guest, snapname, section) => {
      const volume = allocateState(cluster, guest, stateStorage(cluster, guest), snapname);
      section.set('vmstate', volume.volid);
      section.set('runningmachine', runningMachine(guest));
      section.set('runningcpu', 'kvm64,enforce,+kvm_pv_eoi,+kvm_pv_unhalt,+lahf_lm,+sep');
      return volume;
    },
    resume: powerOn,
  },
});
