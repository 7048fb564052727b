import { failure } from '../../api/errors.ts';
import type { Cluster, Guest, Volume } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { mapId } from '../id-map.ts';
import type { IdMap } from '../id-map.ts';
import { LXC } from '../kind.ts';
import { renameReferences, unusedVolumes, volumeSettings } from '../references.ts';
import { checkEnabled, hasContent, isShared, storageById } from '../storages.ts';
import { volumeName } from '../volume-name.ts';
import { mountType, storageOf } from '../volume-setting.ts';
import { moveToNode } from '../volumes.ts';
import { taskMessage } from '../worker.ts';
import { makeVolume, wantedVolume } from './mount-points.ts';

/** A volume that goes along with the container. */
export interface TravellingVolume {
  readonly volume: Volume;
  readonly target: string;
}

export interface Journey {
  readonly guest: Guest;
  readonly target: string;
  readonly storages: IdMap | undefined;
}

/** Storage types whose volumes can be sent to another node, and those that send snapshots along. */
const SENDABLE = new Set(['dir', 'zfspool', 'lvmthin', 'lvm', 'btrfs']);
const SENDS_SNAPSHOTS = new Set(['zfspool', 'btrfs']);

/** Every mount point must be reachable, or sendable, from both nodes (`prepare`). Throws what does not allow the migration. */
export function checkMountPoints(cluster: Cluster, { guest, target, storages }: Journey): void {
  const { current } = guest.config;
  const settings = [...volumeSettings(LXC, current), ...unusedVolumes(current).map(([option, volume]) => [option, { volume, properties: new Map<string, string>() }] as const)];
  for (const [option, { volume, properties }] of settings) {
    const type = mountType(volume);
    if (type !== 'volume') {
      if (properties.get('shared') === '1') continue;
      throw failure(`cannot migrate local ${type} mount point '${option}'`);
    }
    const id = storageOf(volume);
    if (id === undefined) throw failure(`can't determine assigned storage for mount point '${option}'`);
    const storage = checkEnabled(cluster, id, guest.node);
    if (!hasContent(storage, 'rootdir')) throw failure(`content type 'rootdir' is not available on storage '${id}'`);
    const targetId = isShared(storage) ? id : mapId(storages, id);
    if (!hasContent(checkEnabled(cluster, targetId, target), 'rootdir')) throw failure(`${volume}: content type 'rootdir' is not available on storage '${targetId}'`);
  }
}

type Reference = 'in current VM config' | 'referenced by snapshot(s)';

/**
 * The volumes on storages of the source node alone, each told to `log` (`phase1`).
 * @throws `can't migrate CT - check log` when one cannot go along; why stands in the log
 */
export function travellingVolumes(cluster: Cluster, journey: Journey, log: (line: string) => void): TravellingVolume[] {
  const { guest, storages } = journey;
  const found = new Map<string, Reference>();
  const problems = new Map<string, string>();
  const look = (volid: string, snapname: string | undefined): void => {
    const storage = storageById(cluster, storageOf(volid) ?? '');
    if (isShared(storage)) {
      if (snapname === undefined) log(`volume '${volid}' is on shared storage '${storage.id}'`);
      return;
    }
    found.set(volid, snapname === undefined ? 'in current VM config' : 'referenced by snapshot(s)');
    try {
      checkSendable(guest, volid, storage.type, snapname !== undefined);
    } catch (error) {
      if (!problems.has(volid)) problems.set(volid, taskMessage(error));
    }
  };
  for (const [snapname, section] of [...[...guest.config.snapshots], [undefined, guest.config.pending] as const, [undefined, guest.config.current] as const]) {
    for (const [option, setting] of volumeSettings(LXC, section)) {
      if (mountType(setting.volume) !== 'volume') {
        if (snapname === undefined) log(`ignoring shared '${mountType(setting.volume)}' mount point '${option}' ('${setting.volume}')`);
      } else if (wantedVolume(setting) === undefined) look(setting.volume, snapname);
      else log(`volume '${setting.volume}' does not exist (pending change?)`);
    }
  }
  for (const [, volid] of unusedVolumes(guest.config.current)) look(volid, undefined);
  const sorted = [...found.keys()].sort();
  for (const volid of sorted) log(`found local volume '${volid}' (${found.get(volid) ?? ''})`);
  for (const volid of [...problems.keys()].sort()) log(`can't migrate local volume '${volid}': ${problems.get(volid) ?? ''}`);
  if (problems.size > 0) throw failure("can't migrate CT - check log");
  return sorted.map((volid) => {
    const volume = findVolume(cluster, volid);
    if (volume === undefined) throw failure(`storage migration for '${volid}' to storage '${mapId(storages, storageOf(volid) ?? '')}' failed - no such volume`);
    return { volume, target: mapId(storages, volume.storage) };
  });
}

function checkSendable(guest: Guest, volid: string, type: string, snapshot: boolean): void {
  const { vmid, base } = volumeName(volid);
  if (vmid !== guest.vmid) throw failure(`owned by other guest (owner = ${vmid ?? ''})`);
  if (snapshot && !SENDS_SNAPSHOTS.has(type)) throw failure('non-migratable snapshot exists');
  if (!SENDABLE.has(type)) throw failure(`storage type '${type}' not supported`);
  if (base !== undefined) throw failure(`clone of '${base}'`);
}

/** Puts the volume where it goes and tells the configuration. @returns its id there */
export function transfer(cluster: Cluster, { guest, target: node }: Journey, { volume, target }: TravellingVolume): string {
  if (target === volume.storage) {
    moveToNode(cluster, volume.volid, node);
    return volume.volid;
  }
  const volid = makeVolume(cluster, { vmid: guest.vmid, node }, target, volume.size);
  const made = findVolume(cluster, volid);
  if (made !== undefined) made.used = Math.min(made.size, volume.used);
  cluster.volumes.get(volume.storage)?.delete(volume.volid);
  renameReferences(LXC, guest.config, volume.volid, volid);
  return volid;
}
