import { ApiError, failure, parameterError } from '../../api/errors.ts';
import { boolean, integer, oneOf, optional } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Guest, Volume } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { checkDigest } from '../digest.ts';
import { QEMU, UNUSED_LIMIT } from '../kind.ts';
import { checkLock, guestOf, isRunning, isTemplate } from '../lookup.ts';
import { DIGEST, flag, NODE_AND_VMID, STORAGE, text, VMID } from '../parameters.ts';
import { copyDuration, copyLines, mirrorLines } from '../progress.ts';
import { addUnused, usedBySnapshot, usesVolume } from '../references.ts';
import { checkEnabled, hasContent, imageFormat, isFileBased } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { volumeName } from '../volume-name.ts';
import { formatSize, isCdrom, isCloudinit, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { allocateImage, freeOwned, requiredStorage } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import type { Work } from '../worker.ts';
import { reassignDisk } from './reassign-disk.ts';
import { makeTemplate } from './template.ts';

interface Move {
  readonly guest: Guest;
  readonly disk: string;
  readonly setting: VolumeSetting;
  readonly from: string;
  readonly to: string;
  readonly source: Volume;
  readonly snapshotted: boolean;
}

function check(call: Call, to: string): Move {
  const { cluster } = call;
  const guest = guestOf(call, QEMU);
  const disk = text(call, 'disk') ?? '';
  const format = text(call, 'format');
  checkLock(QEMU, guest);
  checkDigest(call, guest);
  const value = guest.config.current.get(disk);
  if (value === undefined) throw failure(`disk '${disk}' does not exist`);
  const setting = parseVolume(QEMU, value);
  if (isCdrom(setting) && !isCloudinit(setting)) throw failure("you can't move a cdrom");
  const from = requiredStorage(setting.volume);
  if (from === to && (!format || volumeName(setting.volume).format === format)) throw failure("you can't move to the same storage with same format");
  const storage = checkEnabled(cluster, to, guest.node);
  if (!hasContent(storage, 'images')) throw parameterError({ storage: `storage '${to}' does not support vm images` });
  const snapshotted = usesVolume(QEMU, guest.config.current, setting.volume, disk) || usedBySnapshot(QEMU, guest.config, setting.volume);
  if (snapshotted && flag(call, 'delete')) throw failure("you can't move a disk with snapshots and delete the source");
  const source = findVolume(cluster, setting.volume);
  if (source === undefined) throw failure(`volume '${setting.volume}' does not exist`);
  return { guest, disk, setting, from, to, source, snapshotted };
}

/** The copy of a disk onto another storage (or into another format); a running VM goes on over a mirror. */
function moveWork(call: Call, to: string): Work {
  const { guest, disk, setting, from, source, snapshotted } = check(call, to);
  const running = isRunning(guest);
  if (running && disk === 'tpmstate0') throw failure('storage migration failed: cannot move TPM state while VM is running');
  const log: (readonly [number, string])[] = [[0, `copying volume '${setting.volume}' from current storage '${from}' to target storage '${to}'`]];
  if (snapshotted) log.push([0.01, 'moving disk with snapshots, snapshots will not be moved!']);
  log.push([0.02, `create full clone of drive ${disk} (${setting.volume})`]);
  log.push(...(running ? mirrorLines(`drive-${disk}`, source.size, 0.03, 0.98) : copyLines(source.size, 0.03, 0.98)));
  return { duration: 900 + copyDuration(source.size), log, finish: () => finish(call, check(call, to)) };
}

function finish(call: Call, { guest, disk, setting, to, source }: Move): string[] {
  const { cluster } = call;
  const storage = checkEnabled(cluster, to, guest.node);
  const format = imageFormat(storage, text(call, 'format') ?? source.format);
  const name = isCloudinit(setting) ? `vm-${guest.vmid}-cloudinit${isFileBased(storage) ? `.${format}` : ''}` : undefined;
  let made: Volume;
  try {
    made = allocateImage(cluster, { storage: to, node: guest.node, vmid: guest.vmid, size: source.size, content: 'images', format, ...(name === undefined ? {} : { name }) });
  } catch (error) {
    throw error instanceof ApiError ? failure(`storage migration failed: ${error.message}`) : error;
  }
  made.used = Math.min(made.size, source.used);
  const { current } = guest.config;
  current.set(disk, printVolume(withVolume(setting, made.volid, { format: undefined, ...(isCloudinit(setting) ? {} : { size: formatSize(made.size) }) })));
  const log: string[] = [];
  if (flag(call, 'delete')) {
    log.push(`removing source volume '${setting.volume}' after successful copy`);
    freeOwned(cluster, guest, setting.volume);
  } else log.push(`adding source volume '${setting.volume}' as '${addUnused(current, setting.volume) ?? ''}' to config`);
  if (isTemplate(guest)) log.push(...makeTemplate(cluster, guest, disk));
  tidy(guest);
  return log;
}

function move(call: Call): string {
  const storage = text(call, 'storage');
  const target = text(call, 'target-vmid');
  if (target !== undefined && storage !== undefined) throw exclusive("either set 'storage' or 'target-vmid', but not both");
  if (target !== undefined) return reassignDisk(call);
  if (storage === undefined) throw exclusive("both 'storage' and 'target-vmid' missing, either needs to be set");
  call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  const { guest } = check(call, storage);
  return startWorker(call, { node: guest.node, type: 'qmmove', id: String(guest.vmid) }, () => moveWork(call, storage));
}

const exclusive = (message: string): ApiError => parameterError({ 'target-vmid': message, storage: message });

const DISKS = [...QEMU.volumeKeys, ...Array.from({ length: UNUSED_LIMIT }, (_, i) => `unused${i}`)];

/** `POST /nodes/{node}/qemu/{vmid}/move_disk`: to another storage or to another VM. */
export const moveDiskRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/qemu/{vmid}/move_disk',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Config.Disk']] },
  parameters: {
    ...NODE_AND_VMID,
    'target-vmid': optional(VMID),
    disk: oneOf(...DISKS),
    storage: optional(STORAGE),
    format: optional(oneOf('raw', 'qcow2', 'vmdk')),
    delete: optional(boolean()),
    digest: DIGEST,
    bwlimit: optional(integer({ minimum: 0 })),
    'target-disk': optional(oneOf(...DISKS)),
    'target-digest': DIGEST,
  },
  run: move,
};
