import { ApiError, failure } from '../../api/errors.ts';
import type { Options } from '../../../pve/config/index.ts';
import type { Guest, Volume } from '../../state/cluster.ts';
import { sizeOf } from '../../state/sizing.ts';
import { findVolume } from '../../state/volumes.ts';
import { isUnusedKey, isVolumeKey, LXC } from '../kind.ts';
import { checkLock, hasLock, isRunning, takeLock } from '../lookup.ts';
import { forgetGuest } from '../new-guest.ts';
import { normalise, parseConfig } from '../options.ts';
import { flag } from '../parameters.ts';
import { isRoot } from '../privileges.ts';
import { copyDuration } from '../progress.ts';
import { volumeSettings } from '../references.ts';
import { tidy } from '../tidy.ts';
import { mountType, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import { freeOwned } from '../volumes.ts';
import { startWorker } from '../worker.ts';
import type { Work } from '../worker.ts';
import { addDefaults, afterCreation, claim, contentOf } from './creation.ts';
import type { Creation } from './creation.ts';
import { createVolumes, ownVolumes, wantedVolume } from './mount-points.ts';
import { isNetwork, withMac } from './network.ts';
import { demandBridges } from './privileges.ts';
import { makeTemplate } from './template.ts';
import { archivePath, extractLines, formatLines } from './unpack.ts';

/** What the worker has found out before it changes anything. */
interface Plan {
  readonly backup: Volume;
  readonly saved: Options;
  readonly unprivileged: boolean;
  /** Mount points whose volumes are made anew. */
  readonly volumes: Options;
  /** Folders and devices, which come back only after unpacking. */
  readonly delayed: Options;
}

/** `POST /nodes/{node}/lxc` with `restore`: a container out of a backup, over an existing one with `force`. */
export function restoreContainer(creation: Creation): string {
  const { call, vmid, node, existing } = creation;
  const message = `unable to restore CT ${vmid} -`;
  const guest = existing === undefined ? claim(creation, message) : lock(existing, message);
  const release = (): void => {
    if (!hasLock(guest, 'create')) return;
    if (existing === undefined) forgetGuest(call.cluster, vmid);
    else guest.config.current.delete('lock');
  };
  return startWorker(call, { node, type: 'vzrestore', id: String(vmid) }, () => {
    let work: Plan;
    try {
      work = plan(creation, guest);
    } catch (error) {
      release();
      throw error instanceof Error ? failure(`${message} ${error.message}`) : error;
    }
    return restoreWork(creation, guest, work, message, release);
  });
}

function lock(existing: Guest, message: string): Guest {
  try {
    checkLock(LXC, existing);
  } catch (error) {
    throw error instanceof ApiError ? failure(`${message} ${error.message}`) : error;
  }
  takeLock(existing, 'create');
  return existing;
}

function plan(creation: Creation, guest: Guest): Plan {
  const { call, archive: backup, volid, mountPoints, options, storage, existing } = creation;
  if (isRunning(guest)) throw failure("can't overwrite running container");
  if (backup?.content !== 'backup') throw failure(`volume '${volid}' does not exist`);
  if (backup.subtype === 'qemu') throw failure("couldn't find 'etc/vzdump/pct.conf' in archive");
  const saved = parseConfig('lxc', backup.config ?? '').current;
  demandBridges(call, [...saved].filter(([option]) => isNetwork(option) && !options.has(option)).map(([, value]) => value));
  const unprivileged = creation.unprivileged ?? saved.get('unprivileged') === '1';
  if (!unprivileged && (existing === undefined || existing.config.current.get('unprivileged') === '1')) call.demand('/', ['Sys.Modify']);
  if (mountPoints.size > 0) return { backup, saved, unprivileged, volumes: mountPoints, delayed: new Map() };
  return { backup, saved, unprivileged, ...recovered(creation, saved, storage) };
}

/** The backed-up container's mount points, to be made on the storage that was named. */
function recovered({ call }: Creation, saved: Options, storage: string): { readonly volumes: Options; readonly delayed: Options } {
  const volumes = new Map<string, string>();
  const delayed = new Map<string, string>();
  if (!saved.has('rootfs')) throw failure('rootfs configuration could not be recovered, please check and specify manually!');
  for (const [option, setting] of volumeSettings(LXC, saved)) {
    const type = mountType(setting.volume);
    if (type === 'volume') {
      const bytes = sizeOf(printVolume(setting));
      if (bytes === undefined) throw failure(`unable to detect disk size - please specify ${option} (size)`);
      volumes.set(option, printVolume(withVolume(setting, `${storage}:${bytes / 2 ** 30}`, { size: undefined })));
    } else if (option === 'rootfs') throw failure(`restoring rootfs to ${type} mount is only possible by specifying -rootfs manually!`);
    else if (!isRoot(call)) throw failure(`restoring '${option}' to ${type} mount is only possible for root`);
    else delayed.set(option, printVolume(setting));
  }
  return { volumes, delayed };
}

function restoreWork(creation: Creation, guest: Guest, work: Plan, message: string, release: () => void): Work {
  const { cluster } = creation.call;
  const { backup } = work;
  const space = [...work.volumes.values()].reduce((sum, value) => sum + (wantedVolume(parseVolume(LXC, value))?.bytes ?? 0), 0);
  const bytes = Math.min(contentOf(backup), Math.floor(space * 0.6));
  return {
    duration: 1500 + copyDuration(bytes),
    log: [[0, `recovering backed-up configuration from '${backup.volid}'`]],
    finish: () => {
      let made;
      try {
        made = createVolumes(cluster, guest, work.volumes);
      } catch (error) {
        // Too late for the old container: its configuration is destroyed even though nothing was restored.
        forgetGuest(cluster, guest.vmid);
        throw failure(`${message} ${error instanceof Error ? error.message : String(error)}`);
      }
      const log = made.volumes.flatMap((volid) => formatLines(cluster, volid, findVolume(cluster, volid)?.size ?? 0));
      for (const volid of ownVolumes(guest)) freeOwned(cluster, guest, volid);
      fill(creation, guest, work, made.options);
      for (const volid of made.volumes) {
        const volume = findVolume(cluster, volid);
        if (volume !== undefined) volume.used = Math.min(volume.size, Math.max(volume.used, bytes));
      }
      guest.diskUsed = Math.min(bytes, sizeOf(guest.config.current.get('rootfs')) ?? bytes);
      log.push(`restoring '${backup.volid}' now..`, ...extractLines(archivePath(cluster, backup), bytes), 'merging backed-up and given configuration..');
      if (work.saved.get('template') === '1') {
        log.push('Convert restored container to template...');
        makeTemplate(cluster, guest);
        guest.config.current.set('template', '1');
      }
      tidy(guest);
      return [...log, ...afterCreation(creation)];
    },
    abort: release,
  };
}

/** Options of the backup that do not come back, or come back in another way. */
const NOT_MERGED = new Set(['unprivileged', 'parent', 'template', 'lock']);

/** The given options and, where none was given, the backup's (`sanitize_and_merge_config`). */
function fill({ call, vmid, options }: Creation, guest: Guest, { saved, unprivileged, delayed }: Plan, mountPoints: Options): void {
  const { current, pending, snapshots } = guest.config;
  current.clear();
  pending.clear();
  snapshots.clear();
  for (const [option, value] of [...options, ...mountPoints, ...delayed]) current.set(option, value);
  if (unprivileged) current.set('unprivileged', '1');
  for (const [option, value] of saved) {
    if (NOT_MERGED.has(option) || isVolumeKey(LXC, option) || isUnusedKey(option)) continue;
    if (!isRoot(call) && (option === 'lxc' || (option === 'features' && !unprivileged && saved.get('unprivileged') === '1'))) continue;
    if (isNetwork(option) && flag(call, 'unique')) current.set(option, withMac(call.cluster, value, false));
    else if (!current.has(option)) current.set(option, normalise('lxc', option, value));
  }
  addDefaults(current, vmid);
}
