import { failure } from '../../api/errors.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { LXC } from '../kind.ts';
import { checkLock, hasLock, isRunning, isTemplate } from '../lookup.ts';
import { checkVolumes, powerOff, powerOn } from '../power-state.ts';
import { volumeSettings } from '../references.ts';
import type { Work } from '../worker.ts';
import { applyPending } from './apply-pending.ts';

/** Milliseconds a container takes to come up, to shut down by itself, and to end when killed. */
const START_DURATION = 1100;
export const SHUTDOWN_DURATION = 2400;
export const KILL_DURATION = 600;

/** Throws unless the container may start now. */
function checkStart(guest: Guest, skiplock: boolean): void {
  if (isTemplate(guest)) throw failure("you can't start a CT if it's a template");
  if (!skiplock && !hasLock(guest, 'mounted')) checkLock(LXC, guest);
  const { current } = guest.config;
  if (current.get('unprivileged') === '1' && volumeSettings(LXC, current).some(([, { properties }]) => properties.get('quota') === '1')) {
    throw failure('Quotas are not supported by unprivileged containers.');
  }
  if (isRunning(guest)) throw failure(`CT ${guest.vmid} already running`);
}

/** The worker of `status/start`. Throws what Proxmox's worker would die of. */
export function startWork(cluster: Cluster, guest: Guest, skiplock = false): Work {
  checkStart(guest, skiplock);
  checkVolumes(cluster, LXC, guest);
  return {
    duration: START_DURATION,
    finish: () => {
      checkStart(guest, skiplock);
      start(cluster, guest);
    },
  };
}

/** The container runs from now on, with what was pending in force. */
export function start(cluster: Cluster, guest: Guest): void {
  applyPending(cluster, guest);
  delete guest.checkpoint;
  powerOn(cluster, guest);
}

/** The container is off from now on; what is pending waits for its next start. */
export function stop(_cluster: Cluster, guest: Guest): void {
  powerOff(guest);
}
