import { failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { guestRow, type ResourceRow, storageRow } from '../cluster/rows.ts';
import { answeringNode } from '../nodes/answering.ts';
import type { Pool } from '../state/cluster.ts';
import { availableOn } from '../state/storages.ts';
import { storageUsage } from '../state/volumes.ts';

const POOLID = string({ format: 'pve-poolid' });
const TYPE = optional(oneOf('qemu', 'lxc', 'storage'));
const ALLOCATE: Permissions = { check: ['perm', '/pool/{poolid}', ['Pool.Allocate']] };

function poolOf(call: Call): Pool {
  const poolid = String(call.parameters['poolid']);
  const pool = call.cluster.pools.get(poolid);
  if (pool === undefined) throw failure(`pool '${poolid}' does not exist`);
  return pool;
}

function members(call: Call, pool: Pool): ResourceRow[] {
  const { cluster, parameters } = call;
  const now = cluster.clock.now();
  const wanted = (type: string): boolean => parameters['type'] === undefined || parameters['type'] === type;
  const result: ResourceRow[] = [];
  for (const vmid of [...pool.guests].sort((a, b) => a - b)) {
    const guest = cluster.guests.get(vmid);
    if (guest !== undefined && wanted(guest.kind)) result.push(guestRow(cluster, guest, now));
  }
  if (!wanted('storage')) return result;
  for (const id of [...pool.storages].sort()) {
    const storage = cluster.storages.get(id);
    if (storage === undefined) continue;
    const local = answeringNode(cluster);
    const node = availableOn(storage, local) ? local : ([...cluster.nodes.keys()].sort().find((name) => availableOn(storage, name)) ?? local);
    result.push(storageRow(storage, node, cluster.nodes.get(node)?.online === true ? storageUsage(cluster, storage, node) : undefined));
  }
  return result;
}

function one(call: Call): Record<string, unknown> {
  const pool = poolOf(call);
  return { members: members(call, pool), ...(pool.comment === undefined ? {} : { comment: pool.comment }), poolid: pool.poolid };
}

function list(call: Call): unknown[] {
  const { pools } = call.cluster;
  if (call.parameters['poolid'] !== undefined) {
    call.demand(`/pool/${String(call.parameters['poolid'])}`, ['Pool.Audit']);
    return [one(call)];
  }
  if (call.parameters['type'] !== undefined) throw parameterError({ poolid: "missing property - 'type' requires this property" });
  return [...pools.values()]
    .filter(({ poolid }) => call.may(`/pool/${poolid}`, ['Pool.Audit']))
    .sort((a, b) => (a.poolid < b.poolid ? -1 : 1))
    .map(({ poolid, comment }) => ({ poolid, ...(comment === undefined ? {} : { comment }) }));
}

function create({ cluster, parameters }: Call): null {
  const poolid = String(parameters['poolid']);
  const comment = parameters['comment'];
  const prefix = 'create pool failed: ';
  if (cluster.pools.has(poolid)) throw failure(`${prefix}pool '${poolid}' already exists`);
  const parent = /^(.*)\/[^/]+$/.exec(poolid)?.[1];
  if (parent !== undefined && !cluster.pools.has(parent)) throw failure(`${prefix}parent '${parent}' of pool '${poolid}' does not exist`);
  if (!/^[A-Za-z]/.test(poolid.slice(parent === undefined ? 0 : parent.length + 1))) throw failure(`${prefix}pool name must start with a letter`);
  cluster.pools.set(poolid, { poolid, ...(comment ? { comment: String(comment) } : {}), guests: new Set(), storages: new Set() });
  return null;
}

/** What is changed on the way to an error is not kept, as Proxmox then does not write the file. */
function update(call: Call): null {
  const { cluster, parameters } = call;
  const pool = poolOf(call);
  const changes: (() => void)[] = [];
  const remove = parameters['delete'] === true;
  for (const text of splitList(String(parameters['vms'] ?? ''))) changes.push(changeGuest(call, pool, Number(text), remove));
  for (const id of splitList(String(parameters['storage'] ?? ''))) changes.push(changeStorage(call, pool, id, remove));
  if (parameters['comment'] !== undefined) cluster.pools.set(pool.poolid, Object.assign(pool, { comment: String(parameters['comment']) }));
  for (const change of changes) change();
  return null;
}

function changeGuest(call: Call, pool: Pool, vmid: number, remove: boolean): () => void {
  const prefix = 'update pools failed: ';
  call.demand(`/vms/${vmid}`, ['Permissions.Modify', 'VM.Allocate'], true);
  const member = pool.guests.has(vmid);
  if (remove) {
    if (!member) throw failure(`${prefix}VM ${vmid} is not a pool member`);
    return () => pool.guests.delete(vmid);
  }
  if (member) throw failure(`${prefix}VM ${vmid} is already a pool member`);
  const other = [...call.cluster.pools.values()].find(({ guests }) => guests.has(vmid));
  if (other !== undefined) {
    if (call.parameters['allow-move'] !== true) throw failure(`${prefix}VM ${vmid} belongs already to pool '${other.poolid}' and 'allow-move' is not set`);
    call.demand(`/pool/${other.poolid}`, ['Pool.Allocate']);
  }
  return () => {
    other?.guests.delete(vmid);
    pool.guests.add(vmid);
  };
}

function changeStorage(call: Call, pool: Pool, id: string, remove: boolean): () => void {
  call.demand(`/storage/${id}`, ['Permissions.Modify', 'Datastore.Allocate'], true);
  if (pool.storages.has(id) !== remove) throw failure(`update pools failed: Storage '${id}' is ${remove ? 'not' : 'already'} a pool member`);
  return () => void (remove ? pool.storages.delete(id) : pool.storages.add(id));
}

function destroy(call: Call): null {
  const pool = poolOf(call);
  const { poolid } = pool;
  const { pools, guests, storages, access } = call.cluster;
  const holds = (what: string): Error => failure(`delete pool failed: pool '${poolid}' is not empty (contains ${what})`);
  const below = [...pools.keys()].sort().find((other) => other.startsWith(`${poolid}/`));
  if (below !== undefined) throw holds(`pool '${below}'`);
  const guest = [...pool.guests].find((vmid) => guests.has(vmid));
  if (guest !== undefined) throw holds(`VM ${guest}`);
  const storage = [...pool.storages].find((id) => storages.has(id));
  if (storage !== undefined) throw holds(`storage '${storage}'`);
  pools.delete(poolid);
  const { acl } = access;
  acl.splice(0, acl.length, ...acl.filter(({ path }) => path !== `/pool/${poolid}`));
  return null;
}

const UPDATE: Parameters = {
  poolid: POOLID, comment: optional(string()), vms: optional(string({ format: 'pve-vmid-list' })), storage: optional(string({ format: 'pve-storage-id-list' })),
  'allow-move': optional(boolean()), delete: optional(boolean()),
};

/** `/pools`; those with the pool in the path are the older way, which knows no nested pools. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/pools', permissions: { user: 'all' }, parameters: { poolid: optional(POOLID), type: TYPE }, run: list },
  { method: 'POST', path: '/pools', permissions: ALLOCATE, parameters: { poolid: POOLID, comment: optional(string()) }, run: create },
  { method: 'PUT', path: '/pools', permissions: ALLOCATE, parameters: UPDATE, run: update },
  { method: 'DELETE', path: '/pools', permissions: ALLOCATE, parameters: { poolid: POOLID }, run: destroy },
  { method: 'GET', path: '/pools/{poolid}', permissions: { check: ['perm', '/pool/{poolid}', ['Pool.Audit']] }, parameters: { poolid: POOLID, type: TYPE }, run: one },
  { method: 'PUT', path: '/pools/{poolid}', permissions: ALLOCATE, parameters: UPDATE, run: update },
  { method: 'DELETE', path: '/pools/{poolid}', permissions: ALLOCATE, parameters: { poolid: POOLID }, run: destroy },
];
