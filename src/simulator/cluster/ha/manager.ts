import { checkVolumes, powerOff, powerOn } from '../../guests/power-state.ts';
import { LXC, QEMU } from '../../guests/kind.ts';
import { checkLock, isRunning, isTemplate } from '../../guests/lookup.ts';
import { SHUTDOWN_DURATION as LXC_SHUTDOWN, start as startContainer, startWork as startContainerWork, stop as stopContainer } from '../../guests/lxc/start.ts';
import { SHUTDOWN_DURATION as QEMU_SHUTDOWN, startWork as startVmWork, stop as stopVm } from '../../guests/qemu/start.ts';
import { volumeSettings } from '../../guests/references.ts';
import { isCdrom, storageOf } from '../../guests/volume-setting.ts';
import { startWorkerAs } from '../../guests/worker.ts';
import type { Work } from '../../guests/worker.ts';
import { failure } from '../../api/errors.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { isShared } from '../../state/storages.ts';
import { affinityOf, blockingResources } from './motion.ts';
import { resourceGuest } from './resource-id.ts';

/** Milliseconds between two looks of the cluster resource manager. */
export const ROUND = 10_000;

/** The requested state: what is not said is `started`, and `enabled` is its old name. */
export function requestedState(cluster: Cluster, sid: string): string {
  const state = cluster.haResources.get(sid)?.get('state') ?? 'started';
  return state === 'enabled' ? 'started' : state;
}

const worker = (cluster: Cluster, guest: Guest, type: string, begin: () => Work): void =>
  void startWorkerAs(cluster, 'root@pam', { node: guest.node, type: `${guest.kind === 'qemu' ? 'qm' : 'vz'}${type}`, id: String(guest.vmid) }, begin);

function start(cluster: Cluster, guest: Guest): void {
  worker(cluster, guest, 'start', () => (guest.kind === 'qemu' ? startVmWork : startContainerWork)(cluster, guest));
}

function stop(cluster: Cluster, guest: Guest): void {
  worker(cluster, guest, 'shutdown', () => {
    checkLock(guest.kind === 'qemu' ? QEMU : LXC, guest);
    return { duration: guest.kind === 'qemu' ? QEMU_SHUTDOWN : LXC_SHUTDOWN, finish: () => void (isRunning(guest) && (guest.kind === 'qemu' ? stopVm : stopContainer)(cluster, guest)) };
  });
}

/** Brings the guest to its requested state in the manager's next round. A guest on a node that is off is left as it is. */
export function reconcileSoon(cluster: Cluster, sid: string): void {
  cluster.tasks.later(ROUND, () => {
    const guest = resourceGuest(cluster, sid);
    if (guest === undefined || !cluster.haResources.has(sid) || cluster.haDisarmed !== undefined || cluster.nodes.get(guest.node)?.online !== true) return;
    const wanted = requestedState(cluster, sid);
    if (wanted === 'started' && !isRunning(guest) && !isTemplate(guest)) start(cluster, guest);
    if ((wanted === 'stopped' || wanted === 'disabled') && isRunning(guest)) stop(cluster, guest);
  });
}

/** Throws what keeps the guest where it is: volumes that only its node has. */
function checkPortable(cluster: Cluster, guest: Guest): void {
  for (const [, setting] of volumeSettings(guest.kind === 'qemu' ? QEMU : LXC, guest.config.current)) {
    const storage = cluster.storages.get(storageOf(setting.volume) ?? '');
    if (storage === undefined || isShared(storage) || (guest.kind === 'qemu' && isCdrom(setting))) continue;
    throw failure(`can't migrate local disk '${setting.volume}': local disk attached to guest\n`);
  }
}

const MOVE_DURATION = 2500;
/** Bytes of memory that a live migration sends per millisecond. */
const MEMORY_SPEED = 110_000;

/** The worker that brings a guest on shared storage to another node. @param live the VM goes on running; else it is stopped and started there */
function moveWork(cluster: Cluster, guest: Guest, target: string, live: boolean): Work {
  const kind = guest.kind === 'qemu' ? QEMU : LXC;
  checkLock(kind, guest);
  checkPortable(cluster, guest);
  checkVolumes(cluster, kind, guest);
  const running = isRunning(guest);
  const online = running && live && guest.kind === 'qemu';
  const memory = Number(guest.config.current.get('memory') ?? 512) * 1024 * 1024;
  return {
    duration: MOVE_DURATION + (online ? memory / 4 / MEMORY_SPEED : running ? LXC_SHUTDOWN : 0),
    log: [[0, `starting migration of ${kind.label} ${guest.vmid} to node '${target}' (${cluster.nodes.get(target)?.ip ?? target})`]],
    finish: () => {
      if (cluster.nodes.get(target)?.online !== true) throw new Error('migration aborted');
      const { power } = guest;
      if (running && !online) powerOff(guest);
      guest.node = target;
      if (online) {
        powerOn(cluster, guest);
        guest.power = power;
      } else if (running) {
        if (guest.kind === 'lxc') startContainer(cluster, guest);
        else start(cluster, guest);
      }
      return ['migration finished successfully'];
    },
  };
}

/**
 * Has the manager bring a resource and what must be with it to another node, in its next round. It does nothing when the node is off or
 * holds what must be kept apart, or when HA is disarmed.
 * @param live migrate; else relocate: stop here, start there
 */
export function relocate(cluster: Cluster, sid: string, target: string, live: boolean): void {
  cluster.tasks.later(ROUND, () => {
    if (cluster.haDisarmed !== undefined || cluster.nodes.get(target)?.online !== true || blockingResources(cluster, sid, target).length > 0) return;
    for (const one of [sid, ...affinityOf(cluster, sid).together]) {
      const guest = resourceGuest(cluster, one);
      if (guest === undefined || guest.node === target || cluster.nodes.get(guest.node)?.online !== true) continue;
      startWorkerAs(cluster, 'root@pam', { node: guest.node, type: guest.kind === 'qemu' ? 'qmigrate' : 'vzmigrate', id: String(guest.vmid) }, () => moveWork(cluster, guest, target, live));
    }
  });
}
