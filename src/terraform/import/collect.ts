import pLimit from 'p-limit';
import * as z from 'zod';
import type { GuestRow, Row } from '../../inventory/index.ts';
import { type PveClient, PveError } from '../../pve/index.ts';
import { readObject, readRows } from '../../pve/wire/index.ts';
import { answersWithAddress } from './guest-agent.ts';
import { unreadable } from './provider-readable.ts';
import { agentEnabled } from './raw-options.ts';
import type { GuestSource, ImportSource, LeftOut, PoolSource } from './source.ts';

/** What is to be imported. */
export type ImportScope =
  /** By the rows' ids: `qemu/100`, `lxc/200`. */
  | { readonly kind: 'guests'; readonly ids: readonly string[] }
  | { readonly kind: 'pool'; readonly pool: string }
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'cluster' };

/** A guest that was asked for and cannot be imported now. */
export interface NotCollected extends LeftOut {
  readonly id: string;
  /** What of it the provider cannot read, whatever becomes of the cluster: “the option migrate_downtime”; undefined for every other reason. */
  readonly unreadable?: string | undefined;
}

export interface Collected {
  readonly source: ImportSource;
  readonly notCollected: readonly NotCollected[];
}

export interface CollectSettings {
  readonly signal?: AbortSignal | undefined;
  /** Called after each guest. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Fewer than the client sends at once, so that the explorer's refreshes get their turn. */
const CONCURRENCY = 6;

/** What goes wrong with one guest and says nothing about the next. */
const OF_ONE_GUEST = new Set(['node-unreachable', 'not-found', 'forbidden', 'locked', 'server-error', 'bad-parameter']);

const configuration = z.record(z.string(), z.unknown());
const poolRow = z.object({ poolid: z.string(), comment: z.string().optional() });

/** The guests of a scope, in the order of their ids. */
export function guestsOf(rows: ReadonlyMap<string, Row>, scope: ImportScope): GuestRow[] {
  const ids = scope.kind === 'guests' ? new Set(scope.ids) : undefined;
  return [...rows.values()]
    .filter((row): row is GuestRow => row.kind === 'qemu' || row.kind === 'lxc')
    .filter((guest) => {
      if (scope.kind === 'pool') return guest.pool === scope.pool;
      if (scope.kind === 'node') return guest.node === scope.node;
      return ids?.has(guest.id) ?? true;
    })
    .toSorted((a, b) => a.vmid - b.vmid);
}

/**
 * Reads what an import needs to know: one request for the pools, one per guest for its configuration, and one more where the
 * provider will ask the guest agent, to see whether it would get an answer. A guest on a node that is off, or that cannot
 * be read, is named in `notCollected`; the others go on.
 * @throws PveError when nothing can be read at all: the cluster is out of reach, the token is wrong, or the caller gave up
 */
export async function collect(rows: ReadonlyMap<string, Row>, client: PveClient, scope: ImportScope, { signal, onProgress }: CollectSettings = {}): Promise<Collected> {
  const options = signal === undefined ? {} : { signal };
  const offline = new Set([...rows.values()].flatMap((row) => (row.kind === 'node' && row.status === 'offline' ? [row.node] : [])));
  const guests = guestsOf(rows, scope);
  const notCollected: NotCollected[] = [];
  const leave = ({ kind, id, vmid, name, node, pool }: GuestRow, why: string, unreadable?: string): void => void notCollected.push({ kind, id, vmid, name, node, pool, why, unreadable });

  const limit = pLimit(CONCURRENCY);
  let done = 0;
  const read = async (guest: GuestRow): Promise<GuestSource | undefined> => {
    try {
      if (offline.has(guest.node)) leave(guest, `The node ${guest.node} is off. Import it when the node is back.`);
      else {
        const found = await readGuest(guest, client, options);
        const what = unreadable(found.kind, found.config);
        if (what === undefined) return found;
        const kind = found.kind === 'qemu' ? 'VM' : 'container';
        leave(guest, `The Terraform provider cannot read a ${kind} with ${what}. Change that in Proxmox, or leave the ${kind} out of Terraform.`, what);
      }
    } catch (error) {
      if (!(error instanceof PveError) || !OF_ONE_GUEST.has(error.kind)) throw error;
      leave(guest, error.message);
    } finally {
      done += 1;
      onProgress?.(done, guests.length);
    }
    return undefined;
  };
  const found = await Promise.all(guests.map((guest) => limit(read, guest))).finally(() => limit.clearQueue());
  const collected = found.filter((guest) => guest !== undefined);
  const pools = await poolsOf(collected, scope, client, options);
  notCollected.sort((a, b) => a.vmid - b.vmid);
  return { source: { guests: collected, pools, leftOut: notCollected.filter(({ unreadable: what }) => what !== undefined) }, notCollected };
}

type Options = Parameters<PveClient['get']>[2];

async function readGuest({ kind, vmid, node, status, pool }: GuestRow, client: PveClient, options: Options): Promise<GuestSource> {
  const path = `/nodes/${encodeURIComponent(node)}/${kind}/${String(vmid)}`;
  const config = readObject(configuration, await client.get(`${path}/config`, {}, options), client.connection.name, `GET ${path}/config`);
  const running = status === 'running' || status === 'paused';
  const asksAgent = kind === 'qemu' && running && agentEnabled(config);
  const agentSilent = asksAgent && (status === 'paused' || !(await answersWithAddress(client, path, options)));
  return { kind, vmid, node, running, pool, agentSilent, config };
}

/** The pools that the guests are in, and the one asked for even if it is empty. None where the user may not see pools. */
async function poolsOf(guests: readonly GuestSource[], scope: ImportScope, client: PveClient, options: Options): Promise<PoolSource[]> {
  const wanted = new Set(guests.flatMap(({ pool }) => (pool === undefined ? [] : [pool])));
  if (scope.kind === 'pool') wanted.add(scope.pool);
  if (wanted.size === 0 && scope.kind !== 'cluster') return [];
  const { rows } = readRows(poolRow, await client.get('/pools', {}, options), client.connection.name, 'GET /pools');
  return rows.filter(({ poolid }) => scope.kind === 'cluster' || wanted.has(poolid)).map(({ poolid, comment }) => ({ poolid, ...(comment === undefined ? {} : { comment }) }));
}
