import { failure, parameterError } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import type { Guest } from '../../state/cluster.ts';
import { configDigest } from '../digest.ts';
import { isUnusedKey, QEMU } from '../kind.ts';
import { checkLock, isReplicated, isRunning, isTemplate, loadGuest } from '../lookup.ts';
import { text } from '../parameters.ts';
import { isRoot } from '../privileges.ts';
import { usedBySnapshot, usesVolume } from '../references.ts';
import { storageById, volumeHasFeature } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { isCdrom, isCloudinit, parseVolume, printVolume, storageOf, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { reassign } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { bootDevices, printBootOrder } from './boot.ts';
import { prepareUpdate } from './update.ts';

interface Reassignment {
  readonly source: Guest;
  readonly target: Guest;
  readonly setting: VolumeSetting;
  readonly disk: string;
  readonly targetDisk: string;
}

function checkDigestOf(call: Call, name: string, guest: Guest): void {
  const expected = text(call, name);
  if (expected && expected !== configDigest(guest)) throw failure(`VM ${guest.vmid}: detected modified configuration - file changed by other user? Try again.`);
}

function check(call: Call): Reassignment {
  const { cluster } = call;
  const vmid = Number(call.parameters['vmid']);
  const targetVmid = Number(call.parameters['target-vmid']);
  const disk = text(call, 'disk') ?? '';
  const targetDisk = text(call, 'target-disk') ?? disk;
  const here = cluster.guests.get(vmid)?.node;
  const there = cluster.guests.get(targetVmid)?.node;
  if (here === undefined) throw failure(`could not find VM ${vmid}`);
  if (there === undefined) throw failure(`could not find target VM ${targetVmid}`);
  if (here !== there) throw failure(`Both VMs need to be on the same node (${here} != ${there})`);
  const source = loadGuest(cluster, QEMU, here, vmid);
  checkLock(QEMU, source);
  const target = loadGuest(cluster, QEMU, here, targetVmid);
  checkLock(QEMU, target);
  if (isTemplate(source) || isTemplate(target)) throw failure("Can't move disks from or to template VMs");
  checkDigestOf(call, 'digest', source);
  checkDigestOf(call, 'target-digest', target);
  const value = source.config.current.get(disk);
  if (value === undefined) throw failure(`Disk '${disk}' for VM '${vmid}' does not exist`);
  if (target.config.current.has(targetDisk)) throw failure(`Target disk key '${targetDisk}' is already in use for VM '${targetVmid}'`);
  const setting = parseVolume(QEMU, value);
  if (isCdrom(setting) && !isCloudinit(setting)) throw failure("CD drive contents can't be moved to another VM");
  const storage = storageOf(setting.volume);
  if (storage === undefined) throw failure(`Volume '${setting.volume}' not managed by PVE`);
  if (usesVolume(QEMU, source.config.current, setting.volume, disk) || usedBySnapshot(QEMU, source.config, setting.volume)) throw failure("Can't move disk used by a snapshot to another VM");
  if (!volumeHasFeature(cluster, setting.volume, 'rename')) throw failure('Storage does not support moving of this disk to another VM');
  if (isRunning(source) && !isUnusedKey(disk)) throw failure('Cannot move disk to another VM while the source VM is running - detach first');
  if (isReplicated(cluster, targetVmid) && storageById(cluster, storage).type !== 'zfspool') throw failure('Cannot move disk to a replicated VM. Storage does not support replication!');
  return { source, target, setting: isUnusedKey(targetDisk) ? { volume: setting.volume, properties: new Map() } : setting, disk, targetDisk };
}

/** Hands a disk to another VM on the same node: its volume is renamed and changes configurations. */
export function reassignDisk(call: Call): string {
  const targetVmid = Number(call.parameters['target-vmid']);
  if (!isRoot(call)) call.demand(`/vms/${targetVmid}`, ['VM.Config.Disk']);
  if (targetVmid === Number(call.parameters['vmid'])) throw parameterError({ 'target-vmid': 'must be different than source VMID to reassign disk' });
  const { source, setting, disk, targetDisk } = check(call);
  call.demand(`/storage/${storageOf(setting.volume) ?? ''}`, ['Datastore.AllocateSpace']);
  return startWorker(call, { node: source.node, type: 'qmmove', id: `${source.vmid}-${disk}>${targetVmid}-${targetDisk}` }, () => {
    check(call);
    return { duration: 700, log: [[0, `reassign disk '${disk}' from VM '${source.vmid}' as '${targetDisk}' to VM '${targetVmid}'`]], finish: () => finish(call, check(call)) };
  });
}

function finish(call: Call, { source, target, setting, disk, targetDisk }: Reassignment): string[] {
  const log: string[] = [];
  const volid = reassign(call.cluster, setting.volume, target.vmid);
  const order = bootDevices(source.config.current.get('boot'));
  if (order?.includes(disk) === true) {
    log.push(`removing disk '${disk}' from boot order config`);
    source.config.current.set('boot', printBootOrder(order.filter((device) => device !== disk)));
  }
  source.config.current.delete(disk);
  log.push(`removing disk '${disk}' from VM '${source.vmid}' config`);
  tidy(source);
  const printed = printVolume(withVolume(setting, volid));
  if (isUnusedKey(targetDisk)) {
    target.config.current.set(targetDisk, printed);
    tidy(target);
    return log;
  }
  const parameters = { node: target.node, vmid: target.vmid, digest: text(call, 'target-digest'), [targetDisk]: printed };
  return [...log, ...prepareUpdate({ ...call, parameters }).run()];
}
