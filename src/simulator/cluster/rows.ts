import type { Cluster, Guest, Node, Storage } from '../state/cluster.ts';
import { guestCounters, type NodeCounters, type NodeSums } from '../state/counters.ts';
import { guestCpus, guestDisk, guestMemory } from '../state/sizing.ts';
import { contentOf, isShared } from '../state/storages.ts';
import type { StorageUsage } from '../state/volumes.ts';

/** A row of `GET /cluster/resources`. */
export type ResourceRow = Record<string, string | number | undefined>;

/**
 * What a node last broadcast of a guest (PVE::API2Tools::extract_vm_stats). A node that is off broadcasts nothing and what it said
 * before has expired, so of its guests only the place is known.
 * @param now milliseconds since the epoch
 * @param sums where to count the guest for its node
 */
export function guestRow(cluster: Cluster, guest: Guest, now: number, sums?: NodeSums): ResourceRow {
  const { vmid, kind } = guest;
  const node = cluster.nodes.get(guest.node);
  if (node?.online === true) return statisticsRow(guest, node, now, sums);
  return { id: `${kind}/${vmid}`, vmid, node: guest.node, type: kind, status: 'unknown' };
}

/** In one piece: an object that grows member by member takes three times as long, and big clusters have ten thousand of them. */
function statisticsRow(guest: Guest, node: Node, now: number, sums: NodeSums | undefined): ResourceRow {
  const { vmid, kind } = guest;
  const maxmem = guestMemory(guest);
  const maxcpu = guestCpus(guest, node);
  const counters = guestCounters(guest, now, maxmem);
  sums?.count(guest, counters, maxcpu);
  const config = guest.config.current;
  const running = guest.power !== 'stopped';
  const row: ResourceRow = {
    id: `${kind}/${vmid}`,
    vmid,
    node: guest.node,
    type: kind,
    // Nodes broadcast QEMU's own run state where there is one (pvestatd.pm).
    status: kind === 'qemu' ? guest.power : running ? 'running' : 'stopped',
    uptime: counters.uptime,
    name: kind === 'qemu' ? (config.get('name') ?? `VM ${vmid}`) : (config.get('hostname') ?? `CT${vmid}`),
    template: config.get('template') === '1' ? 1 : 0,
    maxcpu,
    cpu: counters.cpu,
    maxmem,
    mem: counters.mem,
    maxdisk: guestDisk(guest),
    disk: kind === 'lxc' && running ? guest.diskUsed : 0,
    netin: counters.netin,
    netout: counters.netout,
    diskread: counters.diskread,
    diskwrite: counters.diskwrite,
  };
  if (kind === 'qemu') row['memhost'] = counters.memhost;
  return row;
}

/**
 * Adds what the cluster file system knows of a guest, whether or not its node runs.
 * @param hastate of a guest that is under high availability
 */
export function tellConfiguration(row: ResourceRow, guest: Guest, hastate: string | undefined): void {
  const lock = guest.config.current.get('lock');
  if (lock !== undefined) row['lock'] = lock;
  const tags = guest.config.current.get('tags');
  if (tags !== undefined) row['tags'] = tags;
  if (hastate !== undefined) row['hastate'] = hastate;
}

/** @param counters undefined when the caller may not see them (`Sys.Audit`) */
export function nodeRow(cluster: Cluster, node: Node, counters: NodeCounters | undefined): ResourceRow {
  const row: ResourceRow = { id: `node/${node.name}`, node: node.name, type: 'node', status: node.online ? 'online' : 'offline' };
  if (node.online) {
    row['level'] = '';
    if (counters !== undefined) {
      Object.assign(row, {
        uptime: counters.uptime, cpu: counters.cpu, maxcpu: node.cpu.cpus, mem: counters.memory, maxmem: node.memory, disk: node.rootfs.used, maxdisk: node.rootfs.total,
      });
    }
    row['cgroup-mode'] = 2;
  }
  if (cluster.haResources.size > 0) row['hastate'] = !node.online ? 'unknown' : cluster.haMaintenance.has(node.name) ? 'maintenance' : 'online';
  return row;
}

/** PVE::API2Tools::extract_storage_stats. @param usage undefined when the node is off */
export function storageRow(storage: Storage, node: string, usage: StorageUsage | undefined): ResourceRow {
  const row: ResourceRow = {
    id: `storage/${node}/${storage.id}`, storage: storage.id, node, type: 'storage', plugintype: storage.type, status: 'unknown', shared: isShared(storage) ? 1 : 0,
    content: contentOf(storage).join(','),
  };
  if (usage !== undefined) Object.assign(row, { maxdisk: usage.total, disk: usage.used, status: 'available' });
  return row;
}
