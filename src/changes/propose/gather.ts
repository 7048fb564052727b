import * as z from 'zod';
import type { Inventory, NodeRow, StorageRow } from '../../inventory/index.ts';
import { PveError, type PveClient } from '../../pve/index.ts';
import { permissions, readObject } from '../../pve/wire/index.ts';
import type { Wish } from '../door.ts';
import { type Circumstances, operationByName, type OperationLookup, type PartsReading, takes } from '../operations/index.ts';
import { changesSomething, type Part } from '../proposal/part.ts';
import { keyOf } from '../proposal/target.ts';
import { lastBackups } from './last-backups.ts';
import { mayFrom } from './permissions.ts';

export interface Gathering {
  readonly client: PveClient;
  readonly inventory: Pick<Inventory, 'rows' | 'live'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal?: AbortSignal;
  /** Default: the operations over the API. */
  readonly operationOf?: OperationLookup;
}

type Config = Readonly<Record<string, string | number>>;
const rawConfig = z.record(z.string(), z.union([z.string(), z.number()]).catch(''));
const replicationJobs = z.array(z.object({ guest: z.coerce.number() }));

/**
 * What a proposal about these wishes has to know: the inventory as it is now, the user's privileges, and of the cluster only what an operation
 * asks for: its parts, configurations of its guests and of those that its parts are about, replication jobs, backups. The client bounds how many requests are under way.
 * @throws PveError when the cluster cannot be asked; a configuration that may not be read, or is on a node that does not answer, is left out; Refusal when parts cannot be had
 */
export async function gather({ client, inventory, now, signal, operationOf = operationByName }: Gathering, wishes: readonly Wish[]): Promise<Circumstances> {
  const connectionId = client.connection.id;
  const rows = new Map(inventory.rows(connectionId));
  const guest = (vmid: number): ReturnType<Circumstances['guest']> => {
    const row = rows.get(`qemu/${vmid}`) ?? rows.get(`lxc/${vmid}`);
    return row?.kind === 'qemu' || row?.kind === 'lxc' ? row : undefined;
  };
  const operations = wishes.map((wish) => ({ wish, operation: operationOf(wish.operation) }));
  const options = signal === undefined ? {} : { signal };
  const live: Circumstances['live'] = (rowId) => inventory.live(connectionId, rowId);
  const parts = await readParts(wishes, operationOf, { connectionId, rows, live, guest, ...options });
  const wanted = new Set(operations.flatMap(({ wish: { target }, operation }) => (operation?.needsConfig === true ? [target, ...(parts.get(keyOf(target)) ?? []).filter(changesSomething).map((part) => part.target)] : []))
    .flatMap((target) => (target?.kind === 'guest' && guest(target.vmid) !== undefined ? [target.vmid] : [])));
  const backedUp = operations.flatMap(({ wish: { target }, operation }) => (operation?.needsBackups === true && target.kind === 'guest' ? [target.vmid] : []));
  const [held, replicated, lastBackup, configs] = await Promise.all([
    client.get('/access/permissions', undefined, options).then((data) => readObject(permissions, data, client.connection.name, 'GET /access/permissions')),
    operations.some(({ operation }) => operation?.needsReplication === true) ? replicatedGuests(client, options) : Promise.resolve(new Set<number>()),
    lastBackups(client, rows, backedUp, options),
    Promise.all([...wanted].map(async (vmid) => [vmid, await readConfig(client, guest(vmid), options)] as const)).then((entries) => new Map(entries)),
  ]);
  return {
    connectionId,
    rows,
    live,
    guest,
    node: (name) => rows.get(`node/${name}`) as NodeRow | undefined,
    storage: (storage, node) => rows.get(`storage/${node}/${storage}`) as StorageRow | undefined,
    config: (vmid) => configs.get(vmid),
    replicated,
    lastBackup,
    may: mayFrom(held),
    now,
    parts: (target) => parts.get(keyOf(target)) ?? [],
  };
}

async function readParts(wishes: readonly Wish[], operationOf: OperationLookup, reading: PartsReading): Promise<ReadonlyMap<string, readonly Part[]>> {
  const found = await Promise.all(wishes.map(async ({ operation: name, target, parameters = {} }) => {
    const operation = operationOf(name);
    return operation?.parts !== undefined && takes(operation, target) ? [[keyOf(target), await operation.parts(target, parameters, reading)] as const] : [];
  }));
  return new Map(found.flat());
}

async function readConfig(client: PveClient, row: ReturnType<Circumstances['guest']>, options: { signal?: AbortSignal }): Promise<Config | undefined> {
  if (row === undefined) return undefined;
  try {
    return rawConfig.parse(await client.get(`/nodes/${encodeURIComponent(row.node)}/${row.kind}/${row.vmid}/config`, undefined, options));
  } catch (error) {
    if (error instanceof PveError && LEFT_OUT.has(error.kind)) return undefined;
    throw error;
  }
}

const LEFT_OUT: ReadonlySet<string> = new Set(['forbidden', 'not-found', 'node-unreachable', 'server-error']);

async function replicatedGuests(client: PveClient, options: { signal?: AbortSignal }): Promise<ReadonlySet<number>> {
  return new Set(replicationJobs.parse(await client.get('/cluster/replication', undefined, options)).map(({ guest }) => guest));
}
