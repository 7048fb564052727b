import { oneOf, optional } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { haStates } from '../guests/ha.ts';
import type { Cluster } from '../state/cluster.ts';
import { NodeSums, nodeSums } from '../state/counters.ts';
import { availableOn, isDisabled } from '../state/storages.ts';
import { storageUsages } from '../state/volumes.ts';
import { guestRow, nodeRow, type ResourceRow, storageRow, tellConfiguration } from './rows.ts';

/** A pool's row, and the sums over its guests that Proxmox adds when the answer has guests as well. */
interface PoolRow {
  readonly row: ResourceRow;
  uptime: number;
  mem: number;
  maxmem: number;
  cpus: number;
  busy: number;
}

/** @param may whether the caller sees the pool */
function poolRows(cluster: Cluster, may: (poolid: string) => boolean): Map<string, PoolRow> {
  const pools = new Map<string, PoolRow>();
  for (const pool of [...cluster.pools.keys()].sort()) {
    if (may(pool)) pools.set(pool, { row: { id: `/pool/${pool}`, pool, type: 'pool' }, uptime: 0, mem: 0, maxmem: 0, cpus: 0, busy: 0 });
  }
  return pools;
}

function countForPool(pool: PoolRow, guest: ResourceRow): void {
  const { uptime, maxcpu } = guest;
  if (typeof uptime !== 'number' || uptime === 0) return;
  pool.uptime = Math.max(pool.uptime, uptime);
  pool.mem += Number(guest['mem']);
  pool.maxmem += Number(guest['maxmem']);
  pool.cpus += Number(maxcpu);
  pool.busy += Number(guest['cpu']) * Number(maxcpu);
}

function tellPoolSums({ row, uptime, mem, maxmem, cpus, busy }: PoolRow): void {
  if (uptime > 0) Object.assign(row, { uptime, mem, maxmem, cpu: busy / cpus, maxcpu: cpus });
}

/** In the order of the ids' text, as Proxmox sorts its keys. Sorting takes longer than the rest, so the order is kept until guests come or go. */
const orders = new WeakMap<Cluster['guests'], readonly number[]>();

function inOrder(guests: Cluster['guests']): readonly number[] {
  const known = orders.get(guests);
  if (known?.length === guests.size && known.every((vmid) => guests.has(vmid))) return known;
  const order = [...guests.keys()].map(String).sort().map(Number);
  orders.set(guests, order);
  return order;
}

function poolsByGuest(cluster: Cluster): Map<number, string> {
  const result = new Map<number, string>();
  for (const pool of cluster.pools.values()) for (const vmid of pool.guests) result.set(vmid, pool.poolid);
  return result;
}

/** @param pools those the caller sees */
function addGuestRows(result: ResourceRow[], call: Call, pools: ReadonlyMap<string, PoolRow>, sums: NodeSums): void {
  const { cluster } = call;
  const now = cluster.clock.now();
  const poolOf = poolsByGuest(cluster);
  const stateOf = haStates(cluster);
  for (const vmid of inOrder(cluster.guests)) {
    const guest = cluster.guests.get(vmid);
    if (guest === undefined) continue;
    const row = guestRow(cluster, guest, now, sums);
    const pool = pools.get(poolOf.get(vmid) ?? '');
    if (pool !== undefined) countForPool(pool, row);
    if (!call.may(`/vms/${vmid}`, ['VM.Audit'])) continue;
    if (pool !== undefined) row['pool'] = pool.row['pool'];
    tellConfiguration(row, guest, stateOf.get(vmid));
    result.push(row);
  }
  for (const pool of pools.values()) tellPoolSums(pool);
}

function nodeRows(call: Call, sums: NodeSums): ResourceRow[] {
  const { cluster } = call;
  return [...cluster.nodes.values()].map((node) => nodeRow(cluster, node, call.may(`/nodes/${node.name}`, ['Sys.Audit']) ? sums.of(node) : undefined));
}

function storageRows(call: Call): ResourceRow[] {
  const { cluster } = call;
  const result: ResourceRow[] = [];
  for (const id of [...cluster.storages.keys()].sort()) {
    const storage = cluster.storages.get(id);
    if (storage === undefined || isDisabled(storage) || !call.may(`/storage/${id}`, ['Datastore.Audit'])) continue;
    const usageOn = storageUsages(cluster, storage);
    for (const node of cluster.nodes.values()) {
      if (availableOn(storage, node.name)) result.push(storageRow(storage, node.name, node.online ? usageOn(node.name) : undefined));
    }
  }
  return result;
}

/** Every node has the network that stands for its own bridges. */
function networkRows(call: Call): ResourceRow[] {
  if (!call.may('/sdn/zones/localnetwork', ['SDN.Audit'])) return [];
  return [...call.cluster.nodes.keys()].map((node) => ({ id: `network/${node}/zone/localnetwork`, type: 'network', 'network-type': 'zone', network: 'localnetwork', node, status: 'ok' }));
}

/** `GET /cluster/resources` (PVE::API2::Cluster). */
function resources(call: Call): ResourceRow[] {
  const { cluster } = call;
  const type = call.parameters['type'];
  const wanted = (kind: string): boolean => type === undefined || type === kind;
  const pools = poolRows(cluster, (pool) => call.may(`/pool/${pool}`, ['Pool.Audit']));
  const now = cluster.clock.now();
  const sums = wanted('node') && !wanted('vm') ? nodeSums(cluster, now) : new NodeSums(now);
  // Pools stand before the guests that they sum up while these go by.
  const result: ResourceRow[] = type === undefined ? [...pools.values()].map(({ row }) => row) : [];
  if (wanted('vm')) addGuestRows(result, call, pools, sums);
  if (wanted('node')) result.push(...nodeRows(call, sums));
  if (wanted('storage')) result.push(...storageRows(call));
  if (type === undefined) result.push(...networkRows(call));
  return result;
}

export const resourceRoutes: readonly Route[] = [
  { method: 'GET', path: '/cluster/resources', permissions: { user: 'all' }, parameters: { type: optional(oneOf('vm', 'storage', 'node', 'sdn')) }, run: resources },
];
