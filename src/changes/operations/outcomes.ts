import * as z from 'zod';
import { PveError, type PveClient } from '../../pve/index.ts';
import { isTaskFailure, readRows, taskRow, type TaskRow } from '../../pve/wire/index.ts';
import type { GuestTarget } from '../proposal/target.ts';
import { guestPath, type RawConfig } from './guest.ts';
import type { Outcome } from './operation.ts';

/** What to look for among a node's tasks. */
export interface TaskQuery {
  readonly node: string;
  readonly types: readonly string[];
  /** The task's own id: a VMID, a file name, or empty; absent: whatever. */
  readonly id?: string;
  /** Seconds since the epoch. */
  readonly since: number;
}

/**
 * The newest task of these types that began since then, running ones first: `GET /nodes/{node}/tasks` with `source=all`.
 * @throws PveError as the client does
 */
export async function findTask(client: PveClient, { node, types, id, since }: TaskQuery): Promise<TaskRow | undefined> {
  const vmid = id !== undefined && /^\d+$/.test(id) ? { vmid: Number(id) } : {};
  const data = await client.get(`/nodes/${encodeURIComponent(node)}/tasks`, { source: 'all', since: Math.floor(since), limit: 500, ...vmid });
  return readRows(taskRow, data, client.connection.name, 'GET /nodes/{node}/tasks')
    .rows.filter((row) => types.includes(row.type) && row.starttime >= Math.floor(since) && (id === undefined || (row.id ?? '') === id))
    .sort((a, b) => Number(runsStill(b)) - Number(runsStill(a)) || b.starttime - a.starttime)[0];
}

const runsStill = ({ endtime, status }: TaskRow): boolean => (endtime ?? undefined) === undefined && ((status ?? undefined) === undefined || status === 'RUNNING');

/** What a task that may have been found tells: nothing when there is none. */
export function told(row: TaskRow | undefined): Outcome | undefined {
  if (row === undefined) return undefined;
  if (runsStill(row)) return { running: row.upid };
  return isTaskFailure(row.status ?? undefined) ? 'not-done' : 'done';
}

/** By the task alone, for changes that leave no trace which could be told from the state before. */
export async function byTask(client: PveClient, query: TaskQuery): Promise<Outcome> {
  return told(await findTask(client, query)) ?? 'not-done';
}

/** By the task while it runs, then by the state: what the cluster is in counts more than how the task ended. */
export async function byState(client: PveClient, query: TaskQuery, reached: () => Promise<boolean>): Promise<Outcome> {
  const found = told(await findTask(client, query));
  if (typeof found === 'object') return found;
  return (await reached()) ? 'done' : 'not-done';
}

/** As {@link byState}, but only a task of ours that ended well makes the state our doing: for things that others may have made too. */
export async function byTaskAndState(client: PveClient, query: TaskQuery, reached: () => Promise<boolean>): Promise<Outcome> {
  const found = told(await findTask(client, query));
  return found === 'done' && !(await reached()) ? 'not-done' : (found ?? 'not-done');
}

const current = z.object({ status: z.string(), qmpstatus: z.string().nullish(), lock: z.string().nullish() });

/** `GET …/status/current`. */
export async function statusOf(client: PveClient, target: GuestTarget): Promise<{ readonly status: string; readonly qmpstatus?: string; readonly lock?: string }> {
  const { status, qmpstatus, lock } = current.parse(await client.get(guestPath(target, '/status/current')));
  return { status, ...(qmpstatus ? { qmpstatus } : {}), ...(lock ? { lock } : {}) };
}

const guestRows = z.array(z.object({ vmid: z.coerce.number(), node: z.string(), lock: z.string().nullish() }));

/** Where a VMID is, and under which lock; undefined when no guest has it. `GET /cluster/resources`. */
export async function whereIs(client: PveClient, vmid: number): Promise<{ readonly node: string; readonly lock?: string } | undefined> {
  const row = guestRows.parse(await client.get('/cluster/resources', { type: 'vm' })).find((each) => each.vmid === vmid);
  return row && { node: row.node, ...(row.lock ? { lock: row.lock } : {}) };
}

const rawConfig = z.record(z.string(), z.union([z.string(), z.number()]).catch(''));

/** `GET …/config`, pending values included. */
export async function configOf(client: PveClient, target: GuestTarget): Promise<RawConfig> {
  return rawConfig.parse(await client.get(guestPath(target, '/config')));
}

/** The names of its snapshots, without `current`. `GET …/snapshot`. */
export async function snapshotsOf(client: PveClient, target: GuestTarget): Promise<readonly string[]> {
  const rows = z.array(z.object({ name: z.string(), snapstate: z.string().nullish() })).parse(await client.get(guestPath(target, '/snapshot')));
  return rows.filter(({ name, snapstate }) => name !== 'current' && !snapstate).map(({ name }) => name);
}

/** Whether nobody answers for the node any more. */
export function saysUnreachable(error: unknown): boolean {
  return error instanceof PveError && (error.kind === 'unreachable' || error.kind === 'node-unreachable');
}
