import { failure } from '../api/errors.ts';
import type { Cluster, Storage, Volume } from './cluster.ts';
import { checkEnabled, isFileBased, isShared, storageById } from './storages.ts';

const storageIdOf = (volid: string): string => volid.slice(0, Math.max(0, volid.indexOf(':')));

const keyOn = (node: string, volid: string): string => `${node}/${volid}`;

/**
 * The volume with that id as the node sees it, or without a node on whichever has it; undefined when there is none.
 * Files on local storages may have the same name on several nodes; the further ones are kept under node and id.
 */
export function findVolume(cluster: Cluster, volid: string, node?: string): Volume | undefined {
  const volumes = cluster.volumes.get(storageIdOf(volid));
  const first = volumes?.get(volid);
  if (volumes === undefined || (first !== undefined && (node === undefined || first.node === undefined || first.node === node))) return first;
  for (const name of node === undefined ? cluster.nodes.keys() : [node]) {
    const volume = volumes.get(keyOn(name, volid));
    if (volume !== undefined) return volume;
  }
  return undefined;
}

/** Keeps the volume in place of the one with its id that its node sees. */
export function putVolume(cluster: Cluster, volume: Volume): void {
  const volumes = volumesOf(cluster, volume.storage);
  const { volid, node } = volume;
  const first = volumes.get(volid);
  const own = first === undefined ? undefined : findVolume(cluster, volid, node);
  volumes.set(node === undefined || first === undefined || own === first ? volid : keyOn(node, volid), volume);
}

function deleteVolume(cluster: Cluster, volume: Volume): void {
  const volumes = volumesOf(cluster, volume.storage);
  for (const key of [volume.volid, keyOn(volume.node ?? '', volume.volid)]) if (volumes.get(key) === volume) volumes.delete(key);
}

/** The volumes of a storage as one node sees them. */
export function volumesOn(cluster: Cluster, storage: Storage, node: string): Volume[] {
  return [...(cluster.volumes.get(storage.id)?.values() ?? [])].filter((volume) => volume.node === undefined || volume.node === node);
}

/** Bytes of a storage as one node sees it. */
export interface StorageUsage {
  readonly total: number;
  readonly used: number;
  readonly avail: number;
}

/** What the storage holds, as each node sees it. Volumes count with what they really use, so thin pools can be overcommitted. */
export function storageUsages(cluster: Cluster, storage: Storage): (node: string) => StorageUsage {
  let everywhere = 0;
  const local = new Map<string, number>();
  for (const { node, used } of cluster.volumes.get(storage.id)?.values() ?? []) {
    if (node === undefined) everywhere += used;
    else local.set(node, (local.get(node) ?? 0) + used);
  }
  return (node) => {
    const { capacity: total, foreignUse } = storage.onNode?.get(node) ?? storage;
    const used = Math.max(0, Math.min(total, foreignUse + everywhere + (local.get(node) ?? 0)));
    return { total, used, avail: total - used };
  };
}

/** {@link storageUsages} for one node. */
export function storageUsage(cluster: Cluster, storage: Storage, node: string): StorageUsage {
  return storageUsages(cluster, storage)(node);
}

export interface VolumeRequest {
  readonly storage: string;
  readonly node: string;
  readonly vmid?: number;
  /** Bytes. */
  readonly size: number;
  readonly content: Volume['content'];
  readonly format?: string;
  /** File or image name; found when absent: `vm-<vmid>-disk-<n>`. */
  readonly name?: string;
}

/** Folders that file storages keep their content in; images stand in one per guest. */
const DIRECTORY: Readonly<Partial<Record<Volume['content'], string>>> = { iso: 'iso', vztmpl: 'vztmpl', backup: 'backup', snippets: 'snippets', import: 'import' };

/**
 * Makes a new volume on a storage as the node sees it.
 * Throws what the storage refuses: unknown, disabled or absent storages, a name that exists, no space left.
 */
export function allocate(cluster: Cluster, request: VolumeRequest): Volume {
  const storage = checkEnabled(cluster, request.storage, request.node);
  const volumes = volumesOf(cluster, storage.id);
  const format = request.format ?? 'raw';
  const volid = volumeId(storage, request, format, volumes);
  if (findVolume(cluster, volid, request.node) !== undefined) throw failure(`disk image '${volid.slice(storage.id.length + 1)}' already exists`);
  const used = initialUse(storage, request);
  const { avail } = storageUsage(cluster, storage, request.node);
  if (used > avail) {
    throw failure(storage.type === 'lvm' ? `not enough free space (${Math.floor(avail / 1024)} < ${Math.floor(used / 1024)})` : `unable to create image: No space left on device (storage '${storage.id}')`);
  }
  const volume: Volume = {
    volid,
    storage: storage.id,
    ...(isShared(storage) ? {} : { node: request.node }),
    content: request.content,
    format,
    size: request.size,
    used,
    ctime: Math.floor(cluster.clock.now() / 1000),
    ...(request.vmid === undefined ? {} : { vmid: request.vmid }),
  };
  putVolume(cluster, volume);
  return volume;
}

/** Images on thin storages and in sparse files begin empty; everything else takes its space at once. */
function initialUse(storage: Storage, { content, size }: VolumeRequest): number {
  return (content === 'images' || content === 'rootdir') && storage.type !== 'lvm' ? Math.min(size, Math.floor(size * 0.001)) : size;
}

function volumeId(storage: Storage, { content, vmid = 0, name }: VolumeRequest, format: string, taken: ReadonlyMap<string, Volume>): string {
  const directory = DIRECTORY[content];
  if (directory !== undefined) return `${storage.id}:${directory}/${name ?? ''}`;
  const files = isFileBased(storage);
  const place = files ? `${storage.id}:${vmid}/` : `${storage.id}:`;
  if (name !== undefined) return place + name;
  const prefix = format === 'subvol' ? 'subvol' : 'vm';
  const numbers = new Set<number>();
  for (const volid of taken.keys()) {
    const match = /(?:^|[:/])(?:vm|base|subvol|basevol)-(\d+)-disk-(\d+)(?:\.[a-z0-9]+)?$/.exec(volid);
    if (match !== null && Number(match[1]) === vmid) numbers.add(Number(match[2]));
  }
  let number = 0;
  while (numbers.has(number)) number += 1;
  return `${place}${prefix}-${vmid}-disk-${number}${files ? `.${format}` : ''}`;
}

function volumesOf(cluster: Cluster, storage: string): Map<string, Volume> {
  const volumes = cluster.volumes.get(storage) ?? new Map<string, Volume>();
  cluster.volumes.set(storage, volumes);
  return volumes;
}

/** Removes the volume. Throws when it does not exist or is protected from removal. @param node whose, of files with the same name on several */
export function free(cluster: Cluster, volid: string, node?: string): void {
  const volume = findVolume(cluster, volid, node);
  storageById(cluster, storageIdOf(volid));
  if (volume === undefined) throw failure(`volume '${volid}' does not exist`);
  if (volume.protected) throw failure(`can't remove protected archive '${volid}'`);
  deleteVolume(cluster, volume);
}

/** Gives the volume another size in bytes. Throws when the storage cannot hold it. */
export function resize(cluster: Cluster, volid: string, bytes: number): void {
  const volume = findVolume(cluster, volid);
  if (volume === undefined) throw failure(`volume '${volid}' does not exist`);
  const storage = storageById(cluster, volume.storage);
  if (storage.type === 'lvm') {
    const { avail } = storageUsage(cluster, storage, volume.node ?? '');
    if (bytes - volume.size > avail) throw failure(`not enough free space (${Math.floor(avail / 1024)} < ${Math.floor((bytes - volume.size) / 1024)})`);
    volume.used += bytes - volume.size;
  }
  volume.size = bytes;
}
