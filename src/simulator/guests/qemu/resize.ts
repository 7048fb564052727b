import { failure } from '../../api/errors.ts';
import { oneOf, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import { findVolume, resize } from '../../state/volumes.ts';
import { configDigest } from '../digest.ts';
import { QEMU } from '../kind.ts';
import { checkLock, loadGuest } from '../lookup.ts';
import { DIGEST, flag, NODE_AND_VMID, rootOnly, SKIPLOCK, text } from '../parameters.ts';
import { tidy } from '../tidy.ts';
import { formatSize, isCdrom, parseSize, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import { requiredStorage } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import type { Work } from '../worker.ts';

/** All of it happens in the worker, the checks too: a wrong size or digest fails the task, not the call. */
function resizeWork(call: Call, node: string, vmid: number): Work {
  const { cluster } = call;
  const guest = loadGuest(cluster, QEMU, node, vmid);
  const digest = text(call, 'digest');
  if (digest && digest !== configDigest(guest)) throw failure('checksum mismatch (file change by other user?)');
  if (!flag(call, 'skiplock')) checkLock(QEMU, guest);
  const disk = text(call, 'disk') ?? '';
  const value = guest.config.current.get(disk);
  if (value === undefined) throw failure(`disk '${disk}' does not exist`);
  const setting = parseVolume(QEMU, value);
  if (isCdrom(setting)) throw failure("you can't resize a cdrom");
  call.demand(`/storage/${requiredStorage(setting.volume)}`, ['Datastore.AllocateSpace']);
  const volume = findVolume(cluster, setting.volume);
  if (volume === undefined) throw failure(`Could not determine current size of volume '${setting.volume}'`);
  const wanted = text(call, 'size') ?? '';
  const bytes = Math.floor((parseSize(wanted.replace(/^\+/, '')) ?? 0) + (wanted.startsWith('+') ? volume.size : 0));
  if (bytes < volume.size) throw failure('shrinking disks is not supported');
  if (bytes === volume.size) return { duration: 100 };
  return {
    duration: 600,
    finish: () => {
      resize(cluster, setting.volume, bytes);
      guest.config.current.set(disk, printVolume(withVolume(setting, setting.volume, { size: formatSize(bytes) })));
      tidy(guest);
    },
  };
}

/** `PUT /nodes/{node}/qemu/{vmid}/resize`. */
export const resizeRoute: Route = {
  method: 'PUT',
  path: '/nodes/{node}/qemu/{vmid}/resize',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Config.Disk']] },
  parameters: { ...NODE_AND_VMID, skiplock: SKIPLOCK, disk: oneOf(...QEMU.volumeKeys), size: string({ pattern: /^\+?\d+(\.\d+)?[KMGT]?$/ }), digest: DIGEST },
  run: (call) => {
    rootOnly(call, 'skiplock');
    const node = String(call.parameters['node']);
    const vmid = Number(call.parameters['vmid']);
    return startWorker(call, { node, type: 'resize', id: String(vmid) }, () => resizeWork(call, node, vmid));
  },
};
