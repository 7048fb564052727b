import * as z from 'zod';
import type { Row, StorageRow } from '../../inventory/index.ts';
import { PveError, type PveClient } from '../../pve/index.ts';
import type { Circumstances } from '../operations/index.ts';

const content = z.array(z.object({ vmid: z.coerce.number().optional(), ctime: z.coerce.number().optional() }));

/**
 * When guests were last backed up, as far as their backups are on storages that can be looked at now: one request for each storage
 * (`GET /nodes/{node}/storage/{storage}/content`). A storage that does not answer leaves open whether a guest without another backup has one.
 */
export async function lastBackups(client: PveClient, rows: ReadonlyMap<string, Row>, vmids: readonly number[], options: { readonly signal?: AbortSignal }): Promise<Circumstances['lastBackup']> {
  if (vmids.length === 0) return () => undefined;
  const [only] = vmids.length === 1 ? vmids : [];
  const newest = new Map<number, number>();
  const storages = backupStorages(rows);
  let complete = storages.every(({ status }) => status === 'available');
  await Promise.all(storages.filter(({ status }) => status === 'available').map(async ({ node, storage }) => {
    try {
      const path = `/nodes/${encodeURIComponent(node)}/storage/${encodeURIComponent(storage)}/content`;
      for (const { vmid, ctime } of content.parse(await client.get(path, { content: 'backup', ...(only === undefined ? {} : { vmid: only }) }, options))) {
        if (vmid !== undefined && ctime !== undefined) newest.set(vmid, Math.max(newest.get(vmid) ?? 0, ctime * 1000));
      }
    } catch (error) {
      if (error instanceof PveError && error.kind === 'cancelled') throw error;
      complete = false;
    }
  }));
  return (vmid) => newest.get(vmid) ?? (complete ? 'none' : undefined);
}

/** Storages that hold backups; one that nodes share is asked for at one of them. */
function backupStorages(rows: ReadonlyMap<string, Row>): readonly StorageRow[] {
  const found = new Map<string, StorageRow>();
  for (const row of rows.values()) {
    if (row.kind === 'storage' && row.content.includes('backup')) {
      const key = row.shared ? row.storage : row.id;
      // Of a shared storage the node that can reach it tells.
      if (found.get(key)?.status !== 'available') found.set(key, row);
    }
  }
  return [...found.values()];
}
