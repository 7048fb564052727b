import { failure } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import type { Guest } from '../../state/cluster.ts';
import { configDigest } from '../digest.ts';
import { isUnusedKey, LXC } from '../kind.ts';
import { checkLock, isReplicated, isRunning, isTemplate, loadGuest } from '../lookup.ts';
import { text } from '../parameters.ts';
import { isRoot } from '../privileges.ts';
import { usedBySnapshot } from '../references.ts';
import { storageById, volumeHasFeature } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { mountType, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { reassign, requiredStorage } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { applyChange } from './update.ts';

interface Reassignment {
  readonly source: Guest;
  readonly target: Guest;
  readonly setting: VolumeSetting;
  readonly from: string;
  readonly to: string;
}

function checkDigestOf(call: Call, name: string, guest: Guest): void {
  const expected = text(call, name);
  if (expected && expected !== configDigest(guest)) throw failure(`Container ${guest.vmid}: detected modified configuration - file changed by other user? Try again.`);
}

function check(call: Call): Reassignment {
  const { cluster } = call;
  const vmid = Number(call.parameters['vmid']);
  const targetVmid = Number(call.parameters['target-vmid']);
  const from = text(call, 'volume') ?? '';
  const to = text(call, 'target-volume') ?? from;
  if (from === 'rootfs' || to === 'rootfs') throw failure("Cannot move to/from 'rootfs'");
  if (isUnusedKey(from) && !isUnusedKey(to)) throw failure('Moving an unused volume to a used one is not possible');
  const here = cluster.guests.get(vmid)?.node;
  const there = cluster.guests.get(targetVmid)?.node;
  if (here === undefined) throw failure(`could not find CT ${vmid}`);
  if (there === undefined) throw failure(`could not find CT ${targetVmid}`);
  if (here !== there) throw failure(`Both containers need to be on the same node (${here} != ${there})`);
  const source = loadGuest(cluster, LXC, here, vmid);
  checkLock(LXC, source);
  const target = loadGuest(cluster, LXC, here, targetVmid);
  checkLock(LXC, target);
  if (isTemplate(source) || isTemplate(target)) throw failure("Can't move volumes from or to template CT");
  checkDigestOf(call, 'digest', source);
  checkDigestOf(call, 'target-digest', target);
  const value = source.config.current.get(from);
  if (value === undefined) throw failure(`volume '${from}' for container '${vmid}' does not exist`);
  if (target.config.current.has(to)) throw failure(`Target volume key '${to}' is already in use for container '${targetVmid}'`);
  const setting = parseVolume(LXC, value);
  if (usedBySnapshot(LXC, source.config, setting.volume)) throw failure('Cannot move volume used by a snapshot to another container');
  if (!volumeHasFeature(cluster, setting.volume, 'rename')) throw failure('Storage does not support moving of this disk to another container');
  if (mountType(setting.volume) !== 'volume') throw failure('Cannot move a bindmount or device mount to another container');
  if (isRunning(source) && !isUnusedKey(from)) throw failure('Cannot move in-use volume while the source CT is running - detach or shutdown first');
  const storage = requiredStorage(setting.volume);
  if (isReplicated(cluster, targetVmid) && storageById(cluster, storage).type !== 'zfspool') {
    throw failure(`Cannot move volume on storage '${storage}' to a replicated container - missing replication support`);
  }
  return { source, target, setting, from, to };
}

/** Hands a volume to another container on the same node: it is renamed and changes configurations. */
export function reassignVolume(call: Call): string {
  const targetVmid = Number(call.parameters['target-vmid']);
  if (!isRoot(call)) call.demand(`/vms/${targetVmid}`, ['VM.Config.Disk']);
  const { source, setting, from, to } = check(call);
  call.demand(`/storage/${requiredStorage(setting.volume)}`, ['Datastore.AllocateSpace']);
  return startWorker(call, { node: source.node, type: 'move_volume', id: `${source.vmid}-${from}>${targetVmid}-${to}` }, () => {
    check(call);
    return { duration: 600, log: [[0, `moving volume '${from}' from container '${source.vmid}' to '${targetVmid}'`]], finish: () => finish(call, check(call)) };
  });
}

function finish({ cluster }: Call, { source, target, setting, from, to }: Reassignment): string[] {
  const volid = reassign(cluster, setting.volume, target.vmid);
  source.config.current.delete(from);
  tidy(source);
  const log = [`removing volume '${from}' from container '${source.vmid}' config`];
  if (isUnusedKey(to)) {
    target.config.current.set(to, volid);
    tidy(target);
  } else {
    const errors = applyChange(cluster, target, { values: new Map([[to, printVolume(withVolume(setting, volid))]]), deletes: [], reverts: [] });
    log.push(...Object.values(errors).map((message) => `WARN: ${message}`));
  }
  return [...log, `target container '${target.vmid}' updated with '${to}'`];
}
