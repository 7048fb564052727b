import { ApiError, failure, parameterError } from '../../api/errors.ts';
import { boolean, number, oneOf, optional } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Guest, Volume } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { checkDigest } from '../digest.ts';
import { isUnusedKey, LXC, UNUSED_LIMIT } from '../kind.ts';
import { checkLock, guestOf, hasLock, isRunning, isTemplate, takeLock } from '../lookup.ts';
import { DIGEST, flag, NODE_AND_VMID, STORAGE, text, VMID } from '../parameters.ts';
import { copyDuration } from '../progress.ts';
import { addUnused, usedBySnapshot } from '../references.ts';
import { tidy } from '../tidy.ts';
import { formatSize, mountType, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { freeOwned, makeBase } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import type { Work } from '../worker.ts';
import { makeVolume } from './mount-points.ts';
import { reassignVolume } from './reassign-volume.ts';
import { copyLines, formatLines } from './unpack.ts';

function check(call: Call, option: string): { readonly guest: Guest; readonly setting: VolumeSetting } {
  const guest = guestOf(call, LXC);
  checkLock(LXC, guest);
  if (isRunning(guest)) throw failure('cannot move volumes of a running container');
  if (isUnusedKey(option)) throw failure(`cannot move volume '${option}', only configured volumes can be moved to another storage`);
  const setting = parseVolume(LXC, guest.config.current.get(option) ?? '');
  if (flag(call, 'delete') && usedBySnapshot(LXC, guest.config, setting.volume)) throw failure("you can't move a volume with snapshots and delete the source");
  checkDigest(call, guest);
  return { guest, setting };
}

function move(call: Call): string {
  const storage = text(call, 'storage');
  const target = text(call, 'target-vmid');
  if (storage !== undefined && target !== undefined) throw failure("either set storage or target-vmid, but not both");
  if (target !== undefined) return reassignVolume(call);
  if (storage === undefined) {
    const message = "both 'storage' and 'target-vmid' missing, either needs to be set";
    throw parameterError({ 'target-vmid': message, storage: message });
  }
  call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  const option = text(call, 'volume') ?? '';
  const { guest, setting } = check(call, option);
  const release = takeLock(guest, 'disk');
  tidy(guest);
  return startWorker(call, { node: guest.node, type: 'move_volume', id: String(guest.vmid) }, () => {
    try {
      return moveWork(call, { guest, option, setting, storage }, release);
    } catch (error) {
      release();
      throw error;
    }
  });
}

interface Move {
  readonly guest: Guest;
  readonly option: string;
  readonly setting: VolumeSetting;
  readonly storage: string;
}

/** The copy of a mount point's files onto another storage. */
function moveWork(call: Call, plan: Move, release: () => void): Work {
  const { setting } = plan;
  const type = mountType(setting.volume);
  if (type !== 'volume') throw failure(`cannot copy volumes of type ${type}`);
  const source = findVolume(call.cluster, setting.volume);
  if (source === undefined) throw failure(`no such volume '${setting.volume}'`);
  return {
    duration: 1500 + copyDuration(source.used),
    finish: () => {
      try {
        return finish(call, plan, source);
      } finally {
        release();
        tidy(plan.guest);
      }
    },
    abort: release,
  };
}

function finish(call: Call, { guest, option, setting, storage }: Move, source: Volume): string[] {
  const { cluster } = call;
  if (!hasLock(guest, 'disk')) throw failure('detected modified configuration - file changed by other user? Try again.');
  let volid = makeVolume(cluster, guest, storage, source.size);
  const log = [...formatLines(cluster, volid, source.size), ...copyLines(source.used)];
  const made = findVolume(cluster, volid);
  if (made !== undefined) made.used = Math.max(made.used, Math.min(made.size, source.used));
  if (isTemplate(guest)) volid = makeBase(cluster, volid);
  const { current } = guest.config;
  current.set(option, printVolume(withVolume(setting, volid, { size: formatSize(source.size) })));
  if (!flag(call, 'delete')) {
    addUnused(current, setting.volume);
    return log;
  }
  try {
    freeOwned(cluster, guest, setting.volume);
    if (source.storage !== storage && cluster.storages.get(source.storage)?.type.startsWith('lvm')) log.push(`  Logical volume "${setting.volume.slice(source.storage.length + 1)}" successfully removed.`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    log.push(error.message);
    addUnused(current, setting.volume);
  }
  return log;
}

const VOLUMES = [...LXC.volumeKeys, ...Array.from({ length: UNUSED_LIMIT }, (_, i) => `unused${i}`)];

/** `POST /nodes/{node}/lxc/{vmid}/move_volume`: to another storage or to another container. */
export const moveVolumeRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/lxc/{vmid}/move_volume',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Config.Disk']] },
  parameters: {
    ...NODE_AND_VMID,
    'target-vmid': optional(VMID),
    volume: oneOf(...VOLUMES),
    storage: optional(STORAGE),
    delete: optional(boolean()),
    digest: DIGEST,
    bwlimit: optional(number({ minimum: 0 })),
    'target-volume': optional(oneOf(...VOLUMES)),
    'target-digest': DIGEST,
  },
  run: move,
};
