import { failure } from '../api/errors.ts';
import type { Cluster, Guest, Volume } from '../state/cluster.ts';
import { allocate, findVolume, free } from '../state/volumes.ts';
import { imageFormat, isFileBased, isShared, storageById } from './storages.ts';
import { baseVolid, ownerOf, volumeName } from './volume-name.ts';
import { storageOf } from './volume-setting.ts';

/** Bytes of a cloud-init drive and of a TPM state; an EFI disk's variables on a q35 or 4 MiB firmware, else 128 KiB. */
export const CLOUDINIT_SIZE = 4 * 1024 * 1024;
export const TPM_STATE_SIZE = 4 * 1024 * 1024;
export const EFI_SIZE = { '4m': 528 * 1024, '2m': 128 * 1024 } as const;

/** The storage part of a volume id that must have one. */
export function requiredStorage(volid: string): string {
  const storage = storageOf(volid);
  if (storage === undefined) throw failure(`unable to parse volume ID '${volid}'`);
  return storage;
}

/** Allocates a new, empty image of the guest on its node. Throws what the storage refuses. */
export function allocateImage(
  cluster: Cluster,
  wanted: { readonly storage: string; readonly node: string; readonly vmid: number; readonly size: number; readonly content: 'images' | 'rootdir'; readonly format?: string; readonly name?: string },
): Volume {
  const storage = storageById(cluster, wanted.storage);
  const format = wanted.content === 'images' ? imageFormat(storage, wanted.format) : containerFormat(storage.type, wanted.size);
  return allocate(cluster, { ...wanted, format });
}

/** Containers live in subvolumes on ZFS, in raw images elsewhere; size 0 is an unlimited folder. */
function containerFormat(type: string, size: number): string {
  return type === 'zfspool' || size === 0 ? 'subvol' : 'raw';
}

/** Frees the volume if the guest owns it; volumes of others are left alone. Throws when linked clones still need it. */
export function freeOwned(cluster: Cluster, guest: Pick<Guest, 'vmid'>, volid: string): boolean {
  if (storageOf(volid) === undefined || ownerOf(volid) !== guest.vmid) return false;
  const volume = findVolume(cluster, volid);
  if (volume === undefined) return false;
  if (baseInUse(cluster, volid)) throw failure(`base volume '${volid.slice(volid.indexOf(':') + 1)}' is still in use by linked clones`);
  free(cluster, volid);
  return true;
}

/** Whether linked clones are built on the volume (`volume_is_base_and_used`). */
export function baseInUse(cluster: Cluster, volid: string): boolean {
  const { isBase } = volumeName(volid);
  if (!isBase) return false;
  const storage = requiredStorage(volid);
  const path = volid.slice(storage.length + 1);
  return [...(cluster.volumes.get(storage)?.values() ?? [])].some((other) => volumeName(other.volid).base === path);
}

/** Moves the volume to another id; everything else about it stays. */
function rename(cluster: Cluster, volume: Volume, volid: string, vmid: number): Volume {
  const volumes = cluster.volumes.get(volume.storage);
  if (volumes?.has(volid)) throw failure(`target volume '${volid}' already exists`);
  volumes?.delete(volume.volid);
  const renamed: Volume = { ...volume, volid, vmid };
  volumes?.set(volid, renamed);
  return renamed;
}

function required(cluster: Cluster, volid: string): Volume {
  const volume = findVolume(cluster, volid);
  if (volume === undefined) throw failure(`volume '${volid}' does not exist`);
  return volume;
}

/** Makes a volume a template's base. @returns the new volume id */
export function makeBase(cluster: Cluster, volid: string): string {
  const volume = required(cluster, volid);
  return rename(cluster, volume, baseVolid(volid), volume.vmid ?? 0).volid;
}

/** Hands the volume to another guest. @returns the new volume id */
export function reassign(cluster: Cluster, volid: string, vmid: number): string {
  const volume = required(cluster, volid);
  return rename(cluster, volume, freeVolid(cluster, volume, vmid, volumeName(volid).base), vmid).volid;
}

/** A linked clone of a base volume or (`snapshot`) of a volume's snapshot for another guest. @returns the new volume id */
export function linkedClone(cluster: Cluster, volid: string, vmid: number, node: string): string {
  const source = required(cluster, volid);
  const storage = storageById(cluster, source.storage);
  const base = storage.type === 'lvmthin' || !volumeName(volid).isBase ? undefined : volid.slice(source.storage.length + 1);
  const format = isFileBased(storage) ? 'qcow2' : source.format;
  const clone: Volume = {
    volid: freeVolid(cluster, { ...source, format }, vmid, base),
    storage: source.storage,
    ...(isShared(storage) ? {} : { node }),
    content: source.content,
    format,
    size: source.size,
    used: Math.floor(source.size * 0.01),
    ctime: Math.floor(cluster.clock.now() / 1000),
    vmid,
    ...(base === undefined ? {} : { parent: volumeName(volid).name }),
  };
  cluster.volumes.get(source.storage)?.set(clone.volid, clone);
  return clone.volid;
}

/** The first free `vm-<vmid>-disk-<n>` for a volume of that format on its storage. */
function freeVolid(cluster: Cluster, like: Pick<Volume, 'storage' | 'format'>, vmid: number, base: string | undefined): string {
  const files = isFileBased(storageById(cluster, like.storage));
  const prefix = like.format === 'subvol' ? 'subvol' : 'vm';
  const taken = new Set([...(cluster.volumes.get(like.storage)?.keys() ?? [])].map((volid) => volumeName(volid).name.replace(/\.[a-z0-9]+$/, '').replace(/^base/, 'vm').replace(/^vmvol/, 'subvol')));
  for (let i = 0; ; i++) {
    const name = `${prefix}-${vmid}-disk-${i}`;
    if (taken.has(name)) continue;
    const file = files ? `${vmid}/${name}.${like.format}` : name;
    return `${like.storage}:${base === undefined ? '' : `${base}/`}${file}`;
  }
}

/** After a migration with local disks the volume lives on the target node. */
export function moveToNode(cluster: Cluster, volid: string, node: string): void {
  const volume = required(cluster, volid);
  if (volume.node !== undefined) cluster.volumes.get(volume.storage)?.set(volid, { ...volume, node });
}
