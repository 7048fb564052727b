import { failure } from '../api/errors.ts';
import { integer, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { listGroups, listPools, listThinPools } from '../nodes/disks/index.ts';
import { text } from '../nodes/parameters.ts';
import type { Storage } from '../state/cluster.ts';
import { availableOn } from '../state/storages.ts';
import { storageUsage, volumesOn } from '../state/volumes.ts';

const ALLOCATE: Permissions = { check: ['perm', '/storage', ['Datastore.Allocate']] };
const NODE: Parameters = { node: string({ format: 'pve-node' }) };
const SERVER = string({ format: 'pve-storage-server' });

/** The simulated world has those servers, disks and pools that a storage of the cluster is made of. */
function storagesOf({ cluster, parameters }: Call, ...types: string[]): Storage[] {
  return [...cluster.storages.values()].filter((storage) => types.includes(storage.type) && availableOn(storage, String(parameters['node'])));
}

const option = ({ options }: Storage, name: string): string => options.get(name) ?? '';

/** What the storages on a server offer, each thing once. @throws ApiError 500 with the words when there is no such server */
function onServer(call: Call, types: readonly string[], parameter: 'server' | 'portal', offers: string, unreachable: string): string[] {
  const found = storagesOf(call, ...types).filter((storage) => option(storage, parameter) === text(call, parameter));
  if (found.length === 0) throw failure(unreachable);
  return [...new Set(found.map((storage) => option(storage, offers)))].sort();
}

function nfs(call: Call): unknown {
  const server = String(call.parameters['server']);
  return onServer(call, ['nfs'], 'server', 'export', `command '/sbin/showmount --no-headers --exports ${server}' failed: exit code 1`).map((path) => ({ path, options: '*' }));
}

function cifs(call: Call): unknown {
  const server = String(call.parameters['server']);
  return onServer(call, ['cifs'], 'server', 'share', `smbclient: do_connect: Connection to ${server} failed (Error NT_STATUS_HOST_UNREACHABLE)`).map((share) => ({ share, description: '' }));
}

function pbs(call: Call): unknown {
  const { server, port } = call.parameters;
  return onServer(call, ['pbs'], 'server', 'datastore', `error fetching datastores - 500 Can't connect to ${String(server)}:${String(port ?? 8007)} (No route to host)`).map((store) => ({ store }));
}

function iscsi(call: Call): unknown {
  const portal = String(call.parameters['portal']);
  const address = /:\d+$/.test(portal) ? portal : `${portal}:3260`;
  return onServer(call, ['iscsi', 'iscsidirect', 'zfs'], 'portal', 'target', `command '/usr/bin/iscsiadm --mode discovery --type sendtargets --portal ${portal}' failed: exit code 21`)
    .map((target) => ({ target, portal: address }));
}

/** Volume groups with their sizes in bytes: of the node's disks, and those that storages are on all the same. */
function lvm(call: Call): unknown {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const groups = new Map(listGroups(call).children.map(({ name, size, free, lvcount }) => [name, { vg: name, size, free, lvcount }]));
  for (const storage of storagesOf(call, 'lvm', 'lvmthin')) {
    const vg = option(storage, 'vgname');
    if (groups.has(vg)) continue;
    const { total, avail } = storageUsage(cluster, storage, node);
    const thin = storage.type === 'lvmthin';
    groups.set(vg, { vg, size: total, free: thin ? 0 : avail, lvcount: volumesOn(cluster, storage, node).length + (thin ? 1 : 0) });
  }
  return [...groups.values()];
}

function lvmthin(call: Call): unknown {
  const vg = text(call, 'vg');
  const pools = listThinPools(call).filter((pool) => pool['vg'] === vg);
  const others = storagesOf(call, 'lvmthin').filter((storage) => option(storage, 'vgname') === vg).map((storage) => option(storage, 'thinpool'));
  return [...pools, ...[...new Set(others)].filter((lv) => !pools.some((pool) => pool['lv'] === lv)).map((lv) => ({ vg, lv, lv_type: 't' }))];
}

function zfs(call: Call): unknown {
  const pools = new Map(listPools(call).map(({ name, size, free }) => [name, { pool: name, size, free }]));
  for (const storage of storagesOf(call, 'zfspool')) {
    const pool = option(storage, 'pool');
    const { total, avail } = storageUsage(call.cluster, storage, String(call.parameters['node']));
    if (!pools.has(pool)) pools.set(pool, { pool, size: total, free: avail });
  }
  return [...pools.values()];
}

function scan(method: string, parameters: Parameters, run: (call: Call) => unknown): Route {
  return { method: 'GET', path: `/nodes/{node}/scan/${method}`, permissions: ALLOCATE, parameters: { ...NODE, ...parameters }, run };
}

/** `/nodes/{node}/scan`: what there is to make storages of. */
export const scanRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/scan', permissions: { user: 'all' }, anywhere: true, parameters: NODE, run: () => ['cifs', 'iscsi', 'lvm', 'nfs', 'pbs', 'zfs'].map((method) => ({ method })) },
  scan('nfs', { server: SERVER }, nfs),
  scan('cifs', { server: SERVER, username: optional(string()), password: optional(string()), domain: optional(string()) }, cifs),
  scan('pbs', { server: SERVER, username: string(), password: string(), fingerprint: optional(string({ pattern: /^(?:[A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}$/ })), port: optional(integer({ minimum: 1, maximum: 65_535 })) }, pbs),
  scan('iscsi', { portal: string({ format: 'pve-storage-portal-dns' }) }, iscsi),
  scan('lvm', {}, lvm),
  scan('lvmthin', { vg: string({ pattern: /^[a-zA-Z0-9.+_][a-zA-Z0-9.+_-]+$/, maxLength: 100 }) }, lvmthin),
  scan('zfs', {}, zfs),
];
