import { failure } from '../api/errors.ts';
import type { Cluster, Storage } from './cluster.ts';

/** Storage types that are the same on every node whatever their `shared` option says. */
const ALWAYS_SHARED = new Set(['nfs', 'cifs', 'cephfs', 'rbd', 'iscsi', 'iscsidirect', 'pbs', 'zfs', 'esxi']);
/** Storage types that keep volumes as files in a folder. */
const FILE_BASED = new Set(['dir', 'nfs', 'cifs', 'cephfs', 'btrfs']);
/** What a storage holds when its section has no `content` line. */
const DEFAULT_CONTENT: Readonly<Record<string, string>> = {
  dir: 'images,rootdir', btrfs: 'images,rootdir', lvmthin: 'images,rootdir', zfspool: 'images,rootdir', pbs: 'backup', cephfs: 'backup', esxi: 'import',
};

/** Throws `storage '…' does not exist`. */
export function storageById(cluster: Cluster, id: string): Storage {
  const storage = cluster.storages.get(id);
  if (storage === undefined) throw failure(`storage '${id}' does not exist`);
  return storage;
}

export function isDisabled(storage: Storage): boolean {
  const disable = storage.options.get('disable');
  return disable === '' || disable === '1';
}

/** Throws 500 when the storage does not exist, is disabled, or is not available on the node. */
export function checkEnabled(cluster: Cluster, id: string, node: string): Storage {
  const storage = storageById(cluster, id);
  if (isDisabled(storage)) throw failure(`storage '${id}' is disabled`);
  if (!availableOn(storage, node)) throw failure(`storage '${id}' is not available on node '${node}'`);
  return storage;
}

export function availableOn(storage: Storage, node: string): boolean {
  const nodes = storage.options.get('nodes');
  return nodes === undefined || nodes.split(/[,\s]+/).includes(node);
}

export function isShared(storage: Storage): boolean {
  return ALWAYS_SHARED.has(storage.type) || storage.options.get('shared') === '1';
}

export function isFileBased(storage: Storage): boolean {
  return FILE_BASED.has(storage.type);
}

/** The content types a storage may hold. */
export function contentOf(storage: Storage): string[] {
  return (storage.options.get('content') ?? DEFAULT_CONTENT[storage.type] ?? 'images').split(/[,\s]+/);
}

export function hasContent(storage: Storage, content: string): boolean {
  return contentOf(storage).includes(content);
}
