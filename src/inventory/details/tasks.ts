import type { PveClient } from '../../pve/index.ts';
import { readRows, taskRow } from '../../pve/wire/index.ts';

/** A running or recent task: `GET /cluster/tasks`. */
export interface TaskRow {
  readonly upid: string;
  readonly node: string;
  /** Proxmox VE's worker type: `qmstart`, `vzdump`, … */
  readonly type: string;
  /** What it works on, usually a VMID; may be empty. */
  readonly id: string;
  readonly user: string;
  /** Seconds since the epoch. */
  readonly starttime: number;
  /** Seconds since the epoch; absent while it runs. */
  readonly endtime?: number;
  /** `OK`, `WARNINGS: n` or the error; absent while it runs. */
  readonly status?: string;
}

/**
 * The running tasks of all nodes, then the recent ones, newest first, as far as the user may see them.
 * @throws PveError as the client does, and `not-proxmox` when the answer is no list
 */
export async function clusterTasks(client: PveClient, signal?: AbortSignal): Promise<readonly TaskRow[]> {
  const data = await client.get('/cluster/tasks', undefined, signal === undefined ? {} : { signal });
  const rows = readRows(taskRow, data, client.connection.name, 'GET /cluster/tasks').rows.map((entry): TaskRow => ({
    upid: entry.upid,
    node: entry.node,
    type: entry.type,
    id: entry.id ?? '',
    user: entry.user,
    starttime: entry.starttime,
    ...(typeof entry.endtime === 'number' && { endtime: entry.endtime }),
    ...(typeof entry.status === 'string' && { status: entry.status }),
  }));
  // The same task may be listed as running by one node's answer and as ended by another's broadcast.
  const byUpid = new Map<string, TaskRow>();
  for (const row of rows) if (byUpid.get(row.upid)?.endtime === undefined) byUpid.set(row.upid, row);
  return [...byUpid.values()].sort((a, b) => Number(isRunning(b)) - Number(isRunning(a)) || b.starttime - a.starttime || (a.upid < b.upid ? -1 : 1));
}

export function isRunning(row: TaskRow): boolean {
  return row.endtime === undefined && row.status === undefined;
}
