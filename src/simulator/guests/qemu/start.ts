import { failure } from '../../api/errors.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { QEMU } from '../kind.ts';
import { checkLock, hasLock, isRunning, isTemplate } from '../lookup.ts';
import { checkVolumes, powerOff, powerOn } from '../power-state.ts';
import { volumeSettings } from '../references.ts';
import { tidy } from '../tidy.ts';
import { isCloudinit } from '../volume-setting.ts';
import { freeOwned } from '../volumes.ts';
import type { Work } from '../worker.ts';
import { applyPending } from './apply-pending.ts';

export { powerOff, powerOn } from '../power-state.ts';

/** Milliseconds QEMU takes to come up, and a guest to shut down by itself. */
export const START_DURATION = 1600;
export const SHUTDOWN_DURATION = 5200;

/** Options that only a VM suspended to disk has. */
const STATE_OPTIONS = ['vmstate', 'runningmachine', 'runningcpu', 'running-nets-host-mtu'];

/** The worker of `status/start` (and of resuming a VM suspended to disk). Throws what Proxmox's worker would die of. */
export function startWork(cluster: Cluster, guest: Guest, skiplock = false): Work {
  checkStart(guest, skiplock);
  if (hasLock(guest, 'backup') && isRunning(guest)) return { duration: 300, finish: () => void (guest.power = 'running') };
  checkVolumes(cluster, QEMU, guest);
  const resumes = hasLock(guest, 'suspended') || guest.config.current.has('vmstate');
  const generates = volumeSettings(QEMU, guest.config.current).some(([, setting]) => isCloudinit(setting));
  return {
    duration: START_DURATION,
    log: [...(generates ? ([[0.1, 'generating cloud-init ISO']] as const) : []), ...(resumes ? ([[0.2, 'Resuming suspended VM']] as const) : [])],
    finish: () => {
      checkStart(guest, skiplock);
      return start(cluster, guest);
    },
  };
}

/** Throws unless the VM may start now. */
export function checkStart(guest: Guest, skiplock: boolean): void {
  if (isTemplate(guest)) throw failure("you can't start a vm if it's a template");
  const backedUp = hasLock(guest, 'backup') && isRunning(guest);
  if (backedUp) return;
  if (!skiplock && !hasLock(guest, 'suspended')) checkLock(QEMU, guest);
  if (isRunning(guest)) throw failure(`VM ${guest.vmid} already running`);
}

/** The VM runs from now on: pending changes are in force, or the saved state is back and its volume gone. @returns log lines */
export function start(cluster: Cluster, guest: Guest): string[] {
  const { current } = guest.config;
  const state = current.get('vmstate');
  const log: string[] = [];
  if (hasLock(guest, 'suspended') || state !== undefined) {
    if (state !== undefined) freeOwned(cluster, guest, state);
    for (const option of [...STATE_OPTIONS, 'lock']) current.delete(option);
    log.push('Resumed VM, removing state');
  } else {
    applyPending(cluster, guest);
    guest.config.cloudinit.clear();
  }
  powerOn(cluster, guest);
  tidy(guest);
  return log;
}

/** The VM is off from now on, and what was pending is in force. */
export function stop(cluster: Cluster, guest: Guest): void {
  powerOff(guest);
  applyPending(cluster, guest);
}
