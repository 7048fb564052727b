import { failure } from '../../api/errors.ts';
import { oneOf, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import { findVolume, resize } from '../../state/volumes.ts';
import { checkDigest } from '../digest.ts';
import { LXC } from '../kind.ts';
import { checkLock, guestOf, isRunning } from '../lookup.ts';
import { DIGEST, NODE_AND_VMID, text } from '../parameters.ts';
import { demandOnGuest, isRoot } from '../privileges.ts';
import { tidy } from '../tidy.ts';
import { ownerOf, volumeName } from '../volume-name.ts';
import { formatSize, parseSize, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { requiredStorage } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import type { Guest } from '../../state/cluster.ts';

interface Resize {
  readonly guest: Guest;
  readonly disk: string;
  readonly setting: VolumeSetting;
  readonly bytes: number;
}

/** What is checked before the worker starts and by the worker again. */
function check(call: Call): Resize {
  const { cluster } = call;
  const guest = guestOf(call, LXC);
  const { vmid, config } = guest;
  checkLock(LXC, guest);
  // The operation's own parameters pass through the check of options, where `disk` and `size` count as any other option.
  if (!isRoot(call)) demandOnGuest(call, vmid, undefined, ['VM.Config.Options']);
  checkDigest(call, guest);
  const disk = text(call, 'disk') ?? '';
  const setting = parseVolume(LXC, config.current.get(disk) ?? '');
  const volid = setting.volume;
  const storage = requiredStorage(volid);
  const owner = ownerOf(volid);
  if (owner !== vmid) throw failure(`can't resize mount point owned by another container (${owner ?? ''})`);
  call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  const volume = findVolume(cluster, volid);
  if (volume === undefined) throw failure(`Could not determine current size of volume '${volid}'`);
  const wanted = text(call, 'size') ?? '';
  const bytes = Math.floor((parseSize(wanted.replace(/^\+/, '')) ?? 0) + (wanted.startsWith('+') ? volume.size : 0));
  if (bytes < volume.size) throw failure('unable to shrink disk size');
  if (bytes === volume.size) throw failure('disk is already at specified size');
  return { guest, disk, setting, bytes };
}

function resizeVolume(call: Call): string {
  const { guest } = check(call);
  return startWorker(call, { node: guest.node, type: 'resize', id: String(guest.vmid) }, () => {
    check(call);
    return {
      duration: 900,
      finish: () => {
        const { disk, setting, bytes } = check(call);
        resize(call.cluster, setting.volume, bytes);
        guest.config.current.set(disk, printVolume(withVolume(setting, setting.volume, { size: formatSize(bytes) })));
        tidy(guest);
        return logLines(guest, setting.volume, bytes, call);
      },
    };
  });
}

/** What `lvresize` and `resize2fs` print. */
function logLines(guest: Guest, volid: string, bytes: number, { cluster }: Call): string[] {
  const storage = cluster.storages.get(requiredStorage(volid));
  const { name, format } = volumeName(volid);
  const log: string[] = [];
  const group = storage?.options.get('vgname') ?? '';
  if (storage?.type.startsWith('lvm')) log.push(`  Logical volume ${group}/${name} successfully resized.`);
  if (format !== 'raw') return log;
  const path = storage?.type.startsWith('lvm') ? `/dev/${group}/${name}` : storage?.type === 'rbd' ? `/dev/rbd-pve/${storage.options.get('pool') ?? 'rbd'}/${name}` : `${storage?.options.get('path') ?? ''}/images/${guest.vmid}/${name}`;
  if (isRunning(guest)) log.push(`Filesystem at ${path} is mounted on /tmp; on-line resizing required`);
  return [...log, `The filesystem on ${path} is now ${Math.floor(bytes / 4096)} (4k) blocks long.`];
}

/** `PUT /nodes/{node}/lxc/{vmid}/resize`. */
export const resizeRoute: Route = {
  method: 'PUT',
  path: '/nodes/{node}/lxc/{vmid}/resize',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Config.Disk'], 'any', 1] },
  parameters: { ...NODE_AND_VMID, disk: oneOf(...LXC.volumeKeys), size: string({ pattern: /^\+?\d+(\.\d+)?[KMGT]?$/ }), digest: DIGEST },
  run: resizeVolume,
};
