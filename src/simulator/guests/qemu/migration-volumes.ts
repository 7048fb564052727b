import { failure } from '../../api/errors.ts';
import type { Cluster, Guest, Volume } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import type { IdMap } from '../id-map.ts';
import { mapId } from '../id-map.ts';
import { QEMU } from '../kind.ts';
import { renameReferences } from '../references.ts';
import { checkEnabled, hasContent, imageFormat, isFileBased, isShared, storageById } from '../storages.ts';
import { volumeName } from '../volume-name.ts';
import { storageOf } from '../volume-setting.ts';
import { allocateImage, baseInUse, moveToNode, requiredStorage } from '../volumes.ts';
import { taskMessage } from '../worker.ts';
import { mentionedVolumes } from './mentioned-volumes.ts';
import type { MentionedVolume } from './mentioned-volumes.ts';

/** A volume that goes along with the VM. */
export interface TravellingVolume {
  readonly volume: Volume;
  readonly target: string;
  readonly drive: string | undefined;
  /** Mirrored while the VM runs; otherwise copied before. */
  readonly online: boolean;
}

export interface Journey {
  readonly guest: Guest;
  readonly target: string;
  readonly running: boolean;
  readonly withLocalDisks: boolean;
  readonly storages: IdMap | undefined;
}

/** Storage types whose volumes can be sent to another node. */
const SENDABLE = /^(?:dir|btrfs|zfspool|lvmthin|lvm)$/;

/**
 * The volumes on storages of one node alone, each told to `log` (`scan_local_volumes`).
 * @throws `Problem found while scanning volumes - …` when one cannot go along; why stands in the log
 */
export function travellingVolumes(cluster: Cluster, journey: Journey, log: (line: string) => void): TravellingVolume[] {
  const found: TravellingVolume[] = [];
  const problems: string[] = [];
  for (const mentioned of mentionedVolumes(journey.guest).sort((a, b) => (a.volid < b.volid ? -1 : 1))) {
    const { volid, attached, cloudinit, tpmstate, unused, snapshots, drive } = mentioned;
    try {
      const volume = localVolume(cluster, journey, mentioned);
      if (volume === undefined) continue;
      const generated = cloudinit || tpmstate;
      const how = generated ? '' : attached ? ' (attached)' : unused ? ' (unused)' : snapshots.size > 0 ? ' (referenced by snapshot(s))' : mentioned.pending ? ' (pending change)' : '';
      log(generated ? `found generated disk '${volid}' (in current VM config)` : `found local disk '${volid}'${how}`);
      const online = journey.running && attached && !generated;
      if (online && !journey.withLocalDisks) throw failure("can't live migrate attached local disks without with-local-disks option");
      found.push({ volume, target: mapId(journey.storages, volume.storage), drive, online });
    } catch (error) {
      problems.push(volid === 'cdrom' ? taskMessage(error) : `can't migrate local disk '${volid}': ${taskMessage(error)}`);
    }
  }
  for (const problem of problems) log(problem);
  if (problems.length > 0) throw scanProblem("can't migrate VM - check log");
  for (const { volume } of found) {
    const { type } = storageById(cluster, volume.storage);
    if (!SENDABLE.test(type)) throw scanProblem(`can't migrate '${volume.volid}' - storage type '${type}' not supported`);
    const { base } = volumeName(volume.volid);
    if (base !== undefined) throw scanProblem(`can't migrate '${volume.volid}' as it's a clone of '${base}'`);
  }
  return found;
}

const scanProblem = (message: string): Error => failure(`Problem found while scanning volumes - ${message}`);

/** The volume when it has to go along; undefined when the target sees it as well. */
function localVolume(cluster: Cluster, { guest, target, running, storages }: Journey, mentioned: MentionedVolume): Volume | undefined {
  const { volid, cdrom, cloudinit, vmstate, snapshots } = mentioned;
  if (volid.startsWith('/')) {
    if (mentioned.shared) return undefined;
    throw failure('local file/device');
  }
  if (cdrom && volid === 'none') return undefined;
  if (cdrom && volid === 'cdrom') throw failure("can't migrate local cdrom drive");
  const id = requiredStorage(volid);
  const storage = checkEnabled(cluster, id, guest.node);
  const shared = isShared(storage);
  const targetId = shared ? id : mapId(storages, id);
  const targetStorage = checkEnabled(cluster, targetId, target);
  const content = cdrom && !cloudinit ? 'iso' : 'images';
  if (!hasContent(targetStorage, content)) throw failure(`${volid}: content type '${content}' is not available on storage '${targetId}'`);
  if (shared) return undefined;
  const volume = findVolume(cluster, volid);
  if (volume === undefined) throw failure(`unable to determine size for volume '${volid}'`);
  if (cloudinit) return volume;
  if (cdrom) throw failure('local cdrom image');
  if (volumeName(volid).vmid !== guest.vmid) throw failure(`owned by other VM (owner = VM ${volumeName(volid).vmid ?? ''})`);
  if (vmstate) return volume;
  if (snapshots.size > 0) {
    if (running) throw failure('online storage migration not possible if non-replicated snapshot exists');
    const chained = storage.options.get('snapshot-as-volume-chain') === '1';
    const sendable = storage.type === 'zfspool' || (storage.type === 'btrfs' && volume.format === 'raw') || (volume.format === 'qcow2' && !chained);
    if (!sendable) throw failure('non-migratable snapshot exists');
  }
  if (baseInUse(cluster, volid)) throw failure('referenced by linked clone(s)');
  return volume;
}

/** Puts the volume where it goes and tells the configuration. @returns its id there */
export function transfer(cluster: Cluster, { guest, target: node }: Journey, { volume, target }: TravellingVolume): string {
  if (target === storageOf(volume.volid)) {
    moveToNode(cluster, volume.volid, node);
    return volume.volid;
  }
  const name = /-(?:state-|cloudinit)/.test(volume.volid) ? volumeName(volume.volid).name.replace(/\.[a-z0-9]+$/, '') : undefined;
  const format = imageFormat(storageById(cluster, target), volume.format);
  const suffix = name === undefined ? undefined : imageSuffix(cluster, target, format);
  const made = allocateImage(cluster, { storage: target, node, vmid: guest.vmid, size: volume.size, content: 'images', format, ...(name === undefined ? {} : { name: `${name}${suffix ?? ''}` }) });
  made.used = Math.min(made.size, volume.used);
  cluster.volumes.get(volume.storage)?.delete(volume.volid);
  renameReferences(QEMU, guest.config, volume.volid, made.volid);
  return made.volid;
}

const imageSuffix = (cluster: Cluster, storage: string, format: string): string => (isFileBased(storageById(cluster, storage)) ? `.${format}` : '');
