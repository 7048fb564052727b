import { failure } from '../../api/errors.ts';
import type { Options } from '../../../pve/config/index.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { LXC } from '../kind.ts';
import { addUnused, holdsData, unusedVolumes, usedBySnapshot, usesVolume, volumeSettings } from '../references.ts';
import { hasContent, storageById } from '../storages.ts';
import { ownerOf } from '../volume-name.ts';
import { formatSize, mountType, parseVolume, printVolume, withVolume } from '../volume-setting.ts';
import type { VolumeSetting } from '../volume-setting.ts';
import { allocateImage, freeOwned } from '../volumes.ts';

/** `storage:GiB` of a mount point that asks for a new volume; unlike for drives the storage must be named. */
export function wantedVolume(setting: VolumeSetting): { readonly storage: string; readonly bytes: number } | undefined {
  const match = /^([^:\s]+):(\d+(?:\.\d+)?)$/.exec(setting.volume);
  return match === null ? undefined : { storage: match[1] ?? '', bytes: Math.floor(Number(match[2]) * 1024) * 1024 * 1024 };
}

/** A new file system of the container's on the storage. Throws what the storage refuses. */
export function makeVolume(cluster: Cluster, guest: Pick<Guest, 'vmid' | 'node'>, storage: string, bytes: number): string {
  if (!hasContent(storageById(cluster, storage), 'rootdir')) throw failure(`content type 'rootdir' is not available or configured on storage '${storage}'`);
  return allocateImage(cluster, { storage, node: guest.node, vmid: guest.vmid, size: bytes, content: 'rootdir' }).volid;
}

/**
 * Makes the volumes that mount points ask for; existing volumes, folders and devices are taken as they are.
 * @returns what the configuration keeps of each, and the volumes made
 */
export function createVolumes(cluster: Cluster, guest: Pick<Guest, 'vmid' | 'node'>, wanted: Options): { readonly options: Map<string, string>; readonly volumes: string[] } {
  const options = new Map<string, string>();
  const volumes: string[] = [];
  try {
    for (const [option, setting] of volumeSettings(LXC, wanted)) {
      const request = wantedVolume(setting);
      if (request === undefined) {
        options.set(option, printVolume(setting));
        continue;
      }
      const volid = makeVolume(cluster, guest, request.storage, request.bytes);
      volumes.push(volid);
      options.set(option, printVolume(withVolume(setting, volid, { size: formatSize(request.bytes) })));
    }
  } catch (error) {
    for (const volid of volumes) freeOwned(cluster, guest, volid);
    throw error;
  }
  return { options, volumes };
}

/** The setting with the size its volume really has. */
export function rescanned(cluster: Cluster, setting: VolumeSetting): VolumeSetting {
  const volume = mountType(setting.volume) === 'volume' ? findVolume(cluster, setting.volume) : undefined;
  return volume === undefined ? setting : withVolume(setting, setting.volume, { size: formatSize(volume.size) });
}

/** A mount point leaves the configuration: its volume is kept as `unused[n]`; folders and devices are simply let go. */
export function keepUnused(guest: Guest, value: string): void {
  const { volume } = parseVolume(LXC, value);
  if (volume !== '' && mountType(volume) === 'volume') addUnused(guest.config.current, volume);
}

/** Frees the volume of an `unused[n]` option, unless a mount point or snapshot still uses it or another guest owns it. */
export function freeUnused(cluster: Cluster, guest: Guest, option: string): void {
  const { config } = guest;
  const volid = parseVolume(LXC, config.current.get(option) ?? '').volume;
  if (usesVolume(LXC, config.current, volid) || usesVolume(LXC, config.pending, volid) || usedBySnapshot(LXC, config, volid)) return;
  if (ownerOf(volid) === guest.vmid) freeOwned(cluster, guest, volid);
}

/** The volumes of the current and pending configuration, unused ones included; those that only snapshots mention stay. */
export function ownVolumes({ config }: Guest): Set<string> {
  const sections = [config.current, config.pending];
  return new Set([
    ...sections.flatMap((section) => volumeSettings(LXC, section).filter(([, setting]) => holdsData(LXC, setting)).map(([, { volume }]) => volume)),
    ...sections.flatMap((section) => unusedVolumes(section).map(([, volid]) => volid)),
  ]);
}
