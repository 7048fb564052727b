import { createHash } from 'node:crypto';
import { failure, parameterError } from '../api/errors.ts';
import type { Cluster, Storage, Volume } from '../state/cluster.ts';
import { isFileBased, storageById } from '../state/storages.ts';

/** What a volume's name tells (`parse_volname` of the storage plugins). */
export interface VolumeName {
  readonly content: Volume['content'];
  /** Last part of the name. */
  readonly name: string;
  readonly vmid: number | undefined;
  /** Of the bytes: an ISO image and an archive are `raw`. */
  readonly format: string;
}

export const ISO = /\.(?:iso|img)$/i;
export const TEMPLATE = /\.(?:tar|tar\.(?:gz|xz|zst|bz2))$/i;
export const BACKUP = /\.(tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/;
const IMAGE_FILE = /^(?:vm-|base-|subvol-|basevol-)(\d+)-[^/\s]+\.(raw|qcow2|vmdk|subvol)$/;
const IMAGE = /^(?:[^/]+\/)?((vm|base|subvol|basevol)-(\d+)-\S+)$/;
const LABEL: Readonly<Record<string, string>> = { lvm: 'lvm', lvmthin: 'lvm', zfspool: 'zfs', zfs: 'zfs', rbd: 'rbd', iscsi: 'iscsi', iscsidirect: 'iscsi', pbs: 'PBS', esxi: 'esxi' };

/** @throws ApiError 500 `unable to parse directory volume name '…'` */
export function parseVolumeName(storage: Storage, volume: string): VolumeName {
  const found = isFileBased(storage) ? parseFile(volume) : storage.type === 'pbs' ? parseSnapshot(volume) : parseImage(volume);
  if (found === undefined) throw failure(`unable to parse ${isFileBased(storage) ? 'directory' : (LABEL[storage.type] ?? storage.type)} volume name '${volume}'`);
  return found;
}

function parseFile(volume: string): VolumeName | undefined {
  const [, image = ''] = /^(?:\d+\/[^/\s]+\/)?\d+\/([^/\s]+)$/.exec(volume) ?? [];
  if (image !== '') {
    const [, vmid, format = 'raw'] = IMAGE_FILE.exec(image) ?? [];
    if (vmid === undefined) throw failure(`unable to parse volume filename '${image}'`);
    return { content: 'images', name: image, vmid: Number(vmid), format };
  }
  const [, folder = '', name = ''] = /^([a-z]+)\/([^/]+)$/.exec(volume) ?? [];
  const file = { name, vmid: undefined, format: 'raw' };
  if (folder === 'iso' && ISO.test(name)) return { content: 'iso', ...file };
  if (folder === 'vztmpl' && TEMPLATE.test(name)) return { content: 'vztmpl', ...file };
  if (folder === 'snippets' && name !== '') return { content: 'snippets', ...file };
  if (folder === 'backup' && BACKUP.test(name)) {
    const vmid = /^vzdump-(?:openvz|lxc|qemu)-(\d+)-./.exec(name)?.[1];
    return { content: 'backup', ...file, vmid: vmid === undefined ? undefined : Number(vmid) };
  }
  const format = folder === 'import' ? /^[ \w.+=-]+\.(ova|ovf|qcow2|raw|vmdk)$/.exec(name)?.[1] : undefined;
  return format === undefined ? undefined : { content: 'import', ...file, format };
}

function parseSnapshot(volume: string): VolumeName | undefined {
  const [, name = '', type, vmid] = /^backup\/((ct|vm|host)\/([^\s/]+)\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(volume) ?? [];
  if (name === '') return undefined;
  return { content: 'backup', name, vmid: /^\d+$/.test(vmid ?? '') ? Number(vmid) : undefined, format: `pbs-${type ?? ''}` };
}

function parseImage(volume: string): VolumeName | undefined {
  const [, name = '', kind = '', vmid] = IMAGE.exec(volume) ?? [];
  if (name === '') return undefined;
  return { content: 'images', name, vmid: Number(vmid), format: kind.endsWith('vol') ? 'subvol' : (/\.(qcow2)$/.exec(name)?.[1] ?? 'raw') };
}

const VOLUME_ID = /^([a-z][a-z0-9\-_.]*[a-z0-9]):(.+)$/i;

/**
 * The volume a call names by its whole id, or by its name on the storage that stands in the path.
 * @throws ApiError 400 for another storage's volume
 */
export function volumeId(storage: string | undefined, volume: string): { readonly volid: string; readonly storage: string; readonly name: string } {
  if (!volume.includes(':')) {
    if (storage === undefined) throw parameterError({ volume: 'no storage specified - incomplete volume ID' });
    return { volid: `${storage}:${volume}`, storage, name: volume };
  }
  const [, id, name = ''] = VOLUME_ID.exec(volume) ?? [];
  if (id === undefined) throw parameterError({ volume: `unable to parse volume ID '${volume}'\n` });
  if (storage !== undefined && storage !== id) throw parameterError({ volume: `storage ID mismatch (${id} != ${storage})\n` });
  return { volid: volume, storage: id, name };
}

/** @throws ApiError 500 when there is no such storage or it has no such names */
export function parseVolumeId(cluster: Cluster, volid: string): VolumeName {
  const { storage, name } = volumeId(undefined, volid);
  return parseVolumeName(storageById(cluster, storage), name);
}

const FOLDER: Readonly<Record<Volume['content'], string>> = {
  images: 'images', rootdir: 'private', iso: 'template/iso', vztmpl: 'template/cache', backup: 'dump', snippets: 'snippets', import: 'import',
};

/** The folder that a file storage keeps that content in; `content-dirs` may name another. */
export function folderOf({ options }: Storage, content: Volume['content']): string {
  const other = (options.get('content-dirs') ?? '').split(',').find((entry) => entry.startsWith(`${content}=`))?.slice(content.length + 1);
  return `${options.get('path') ?? ''}/${(other ?? FOLDER[content]).replace(/^\//, '')}`;
}

/** Where the volume is on a node: a file, a block device, or what QEMU and the backup client understand. */
export function pathOf(storage: Storage, volume: string): string {
  const { content, name, vmid, format } = parseVolumeName(storage, volume);
  const { id, type, options } = storage;
  const option = (key: string): string => options.get(key) ?? '';
  if (isFileBased(storage)) return content === 'images' ? `${folderOf(storage, content)}/${vmid ?? 0}/${name}` : `${folderOf(storage, content)}/${name}`;
  if (type === 'lvm' || type === 'lvmthin') return `/dev/${option('vgname')}/${name}`;
  if (type === 'zfspool') return format === 'subvol' ? `${options.get('mountpoint') ?? `/${option('pool')}`}/${name}` : `/dev/zvol/${option('pool')}/${name}`;
  if (type === 'pbs') return `${options.get('username') ?? 'root@pam'}@${option('server')}:${option('datastore')}:${name}`;
  if (type === 'rbd') {
    const pool = options.get('pool') ?? 'rbd';
    const fsid = createHash('sha1').update(`${id}\n${option('monhost')}`).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
    return option('krbd') === '1' ? `/dev/rbd-pve/${fsid}/${pool}/${name}` : `rbd:${pool}/${name}:conf=/etc/pve/ceph.conf:id=${options.get('username') ?? 'admin'}:keyring=/etc/pve/priv/ceph/${id}.keyring`;
  }
  return `${type}://${option('portal')}/${option('target')}/${name}`;
}
