import { failure } from '../../api/errors.ts';
import { boolean, number, optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Options } from '../../../pve/config/index.ts';
import type { Guest } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { snapshotOf } from '../features.ts';
import { cloneFirewall } from '../firewall/state.ts';
import { isUnusedKey, isVolumeKey, LXC } from '../kind.ts';
import { checkLock, checkNodeExists, checkUnused, guestOf, hasLock, isRunning, isTemplate, takeLock } from '../lookup.ts';
import { forgetGuest, newGuest } from '../new-guest.ts';
import { flag, NODE_AND_VMID, SNAPNAME, STORAGE, text, VMID } from '../parameters.ts';
import { checkPoolExists } from '../privileges.ts';
import { copyDuration } from '../progress.ts';
import { checkEnabled, isShared, storageById, volumeHasFeature } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { formatSize, mountType, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { freeOwned, linkedClone, requiredStorage } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import { makeVolume } from './mount-points.ts';
import { isNetwork, withMac } from './network.ts';
import { demandBridges } from './privileges.ts';
import { copyLines, formatLines } from './unpack.ts';

/** Options that belong to a snapshot or to one container and are not copied. */
const NOT_COPIED = new Set(['parent', 'snaptime', 'snapstate', 'lock', 'template']);

interface Plan {
  readonly call: Call;
  readonly source: Guest;
  readonly newid: number;
  readonly target: string | undefined;
  readonly storage: string | undefined;
  readonly full: boolean;
  readonly options: Options;
  readonly mountPoints: ReadonlyMap<string, VolumeSetting>;
}

function clone(call: Call): string {
  const { cluster } = call;
  const newid = Number(call.parameters['newid']);
  const storage = text(call, 'storage');
  const wanted = text(call, 'target');
  const node = String(call.parameters['node']);
  const target = wanted === node || wanted === 'localhost' ? undefined : wanted;
  checkPoolExists(call, text(call, 'pool'));
  if (target !== undefined) checkNodeExists(cluster, target);
  if (storage !== undefined) {
    const where = checkEnabled(cluster, storage, node);
    if (target !== undefined) {
      checkEnabled(cluster, storage, target);
      if (!isShared(where)) throw failure(`can't clone to non-shared storage '${storage}'`);
    }
  }
  const source = guestOf(call, LXC);
  checkLock(LXC, source);
  checkUnused(cluster, newid);
  const plan: Plan = { call, source, newid, target, storage, ...takeOver(call, source, storage, target) };
  const guest = newGuest(cluster, LXC, newid, node, 'create');
  for (const [option, value] of plan.options) guest.config.current.set(option, value);
  tidy(guest);
  return startClone(plan, guest, takeLock(source, 'disk'));
}

/** What is copied as it is and which mount points are copied or linked; refuses what cannot be. */
function takeOver(call: Call, source: Guest, storage: string | undefined, target: string | undefined): Pick<Plan, 'full' | 'options' | 'mountPoints'> {
  const { cluster } = call;
  const snapname = text(call, 'snapname') || undefined;
  const full = call.parameters['full'] === undefined ? !isTemplate(source) : flag(call, 'full');
  if (storage !== undefined && !full) throw failure("parameter 'storage' not allowed for linked clones");
  const from = snapname === undefined ? source.config.current : snapshotOf(source, snapname);
  const options: Options = new Map();
  const mountPoints = new Map<string, VolumeSetting>();
  let shared = true;
  // The root file system first, so that it gets the first disk name.
  for (const [option, value] of [...from].sort(([a], [b]) => Number(b === 'rootfs') - Number(a === 'rootfs') || (a < b ? -1 : 1))) {
    if (NOT_COPIED.has(option) || isUnusedKey(option)) continue;
    if (isVolumeKey(LXC, option)) {
      const setting = parseVolume(LXC, value);
      const type = mountType(setting.volume);
      if (type !== 'volume') throw failure(`unable to clone mountpoint '${option}' (type ${type})`);
      const id = storage ?? requiredStorage(setting.volume);
      if (!isShared(storageById(cluster, id))) shared = false;
      call.demand(`/storage/${id}`, ['Datastore.AllocateSpace']);
      if (full && isRunning(source) && snapname === undefined) throw failure('Full clone of a running container is only possible from a snapshot');
      if (!full && !volumeHasFeature(cluster, setting.volume, 'clone', { snapshot: snapname !== undefined, container: true })) {
        throw failure(`Linked clone feature for '${setting.volume}' is not available`);
      }
      mountPoints.set(option, setting);
    } else if (isNetwork(option)) {
      options.set(option, withMac(cluster, value, false));
      demandBridges(call, [value]);
    } else options.set(option, value);
  }
  if (target !== undefined && !shared) throw failure(`can't clone CT to node '${target}' (CT uses local storage)`);
  for (const option of ['hostname', 'description']) {
    const given = text(call, option);
    if (given) options.set(option, given);
  }
  return { full, options, mountPoints };
}

function startClone(plan: Plan, guest: Guest, release: () => void): string {
  const { call, source, newid, full, mountPoints } = plan;
  const { cluster } = call;
  const running = isRunning(source);
  const undo = (): void => {
    release();
    if (hasLock(guest, 'create')) forgetGuest(cluster, newid);
  };
  const bytes = full ? [...mountPoints.values()].reduce((sum, { volume }) => sum + (findVolume(cluster, volume)?.used ?? 0), 0) : 0;
  return startWorker(call, { node: source.node, type: 'vzclone', id: String(source.vmid) }, () => ({
    duration: 1200 + mountPoints.size * 300 + copyDuration(bytes),
    log: [[0, `creating a clone of container ${source.vmid} with ID ${newid}`]],
    finish: () => {
      if (isRunning(source) !== running) {
        undo();
        throw failure('unexpected state change');
      }
      try {
        return finish(plan, guest);
      } catch (error) {
        undo();
        throw failure(`clone failed: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        release();
      }
    },
    abort: undo,
  }));
}

function finish(plan: Plan, guest: Guest): string[] {
  const { call, source, newid, target, mountPoints } = plan;
  const { cluster } = call;
  const log: string[] = [];
  const made: string[] = [];
  try {
    for (const [option, setting] of mountPoints) {
      const volid = cloneVolume(plan, option, setting, guest, log);
      made.push(volid);
      const size = findVolume(cluster, volid)?.size;
      guest.config.current.set(option, printVolume(withVolume(setting, volid, size === undefined ? {} : { size: formatSize(size) })));
    }
  } catch (error) {
    for (const volid of made) freeOwned(cluster, guest, volid);
    throw error;
  }
  guest.config.current.delete('lock');
  guest.diskUsed = source.diskUsed;
  cloneFirewall(source.firewall, guest.firewall);
  if (target !== undefined) guest.node = target;
  tidy(guest);
  const pool = text(call, 'pool');
  if (pool !== undefined) cluster.pools.get(pool)?.guests.add(newid);
  return log;
}

function cloneVolume({ call, newid, storage, full }: Plan, option: string, { volume }: VolumeSetting, guest: Guest, log: string[]): string {
  const { cluster } = call;
  const source = findVolume(cluster, volume);
  if (source === undefined) throw failure(`no such volume '${volume}'`);
  if (!full) {
    log.push(`create linked clone of mount point ${option} (${volume})`);
    return linkedClone(cluster, volume, newid, guest.node);
  }
  log.push(`create full clone of mountpoint ${option} (${volume})`);
  const volid = makeVolume(cluster, guest, storage ?? source.storage, source.size);
  const made = findVolume(cluster, volid);
  if (made !== undefined) made.used = Math.max(made.used, Math.min(made.size, source.used));
  log.push(...formatLines(cluster, volid, source.size), ...copyLines(source.used));
  return volid;
}

/** `POST /nodes/{node}/lxc/{vmid}/clone`. */
export const cloneRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/lxc/{vmid}/clone',
  permissions: { check: ['and', ['perm', '/vms/{vmid}', ['VM.Clone']], ['or', ['perm', '/vms/{newid}', ['VM.Allocate']], ['perm', '/pool/{pool}', ['VM.Allocate'], 'require_param', 'pool']]] },
  parameters: {
    ...NODE_AND_VMID,
    newid: VMID,
    hostname: optional(string({ format: 'dns-name' })),
    description: optional(string()),
    pool: optional(string({ format: 'pve-poolid' })),
    snapname: optional(SNAPNAME),
    storage: optional(STORAGE),
    full: optional(boolean()),
    target: optional(string({ format: 'pve-node' })),
    bwlimit: optional(number({ minimum: 0 })),
  },
  run: clone,
};
