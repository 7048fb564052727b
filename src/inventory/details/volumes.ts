import type { PveClient } from '../../pve/index.ts';
import { readRows, storageContentRow } from '../../pve/wire/index.ts';

/** What a volume is; the words of a storage's `content`. */
export type VolumeContent = 'images' | 'rootdir' | 'iso' | 'vztmpl' | 'backup' | 'snippets' | 'import';

/** A volume on a storage: `GET /nodes/{node}/storage/{storage}/content`. */
export interface Volume {
  /** `storage:name`, e.g. `local:iso/debian.iso`. */
  readonly volid: string;
  /** A word Proxmox VE may add later is passed on as it is. */
  readonly content: VolumeContent | (string & {});
  readonly format: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes in use, where the storage knows. */
  readonly used?: number;
  /** Seconds since the epoch. */
  readonly ctime?: number;
  readonly vmid?: number;
  readonly notes?: string;
  readonly protected: boolean;
}

/**
 * All volumes on a storage, as one node sees it.
 * @throws PveError as the client does, and `not-proxmox` when the answer is no list
 */
export async function storageVolumes(client: PveClient, node: string, storage: string, signal?: AbortSignal): Promise<readonly Volume[]> {
  const path = `/nodes/${encodeURIComponent(node)}/storage/${encodeURIComponent(storage)}/content`;
  const data = await client.get(path, undefined, signal === undefined ? {} : { signal });
  return readRows(storageContentRow, data, client.connection.name, `GET ${path}`).rows.map((entry) => ({
    volid: entry.volid,
    content: entry.content ?? 'images',
    format: entry.format ?? 'raw',
    size: entry.size ?? 0,
    protected: entry.protected ?? false,
    ...(typeof entry.used === 'number' && { used: entry.used }),
    ...(typeof entry.ctime === 'number' && { ctime: entry.ctime }),
    ...(typeof entry.vmid === 'number' && { vmid: entry.vmid }),
    ...(typeof entry.notes === 'string' && entry.notes !== '' && { notes: entry.notes }),
  }));
}
