import type { Call, Route } from '../api/route.ts';
import type { Node } from '../state/cluster.ts';
import { nodeSums } from '../state/counters.ts';
import { ALL, index } from './parameters.ts';

/** SHA-256 fingerprint of the node's certificate. */
export function sslFingerprint(node: Node): unknown {
  return node.certificates.findLast((one) => one['filename'] === 'pveproxy-ssl.pem' || one['filename'] === 'pve-ssl.pem')?.['fingerprint'];
}

/** Statistics are for those who may audit the node, and only while it runs: those of a node that is off expire within minutes. */
function list(call: Call): Record<string, unknown>[] {
  const { nodes, clock } = call.cluster;
  const sums = nodeSums(call.cluster, clock.now());
  return [...nodes.values()].map((node) => {
    const entry = { id: `node/${node.name}`, node: node.name, type: 'node', status: node.online ? 'online' : 'offline', ssl_fingerprint: sslFingerprint(node) };
    if (!node.online) return entry;
    if (!call.may(`/nodes/${node.name}`, ['Sys.Audit'])) return { ...entry, level: '' };
    const now = sums.of(node);
    return { ...entry, level: '', uptime: now.uptime, cpu: now.cpu, maxcpu: node.cpu.cpus, mem: now.memory, maxmem: node.memory, disk: node.rootfs.used, maxdisk: node.rootfs.total };
  });
}

/** What Proxmox lists below a node (PVE::API2::Nodes), whether or not the simulation has it. */
const BELOW = [
  'aplinfo', 'apt', 'capabilities', 'ceph', 'certificates', 'config', 'disks', 'dns', 'firewall', 'hardware', 'hosts', 'journal', 'lxc', 'migrateall', 'netstat', 'network', 'qemu',
  'query-oci-repo-tags', 'query-url-metadata', 'replication', 'report', 'rrd', 'rrddata', 'scan', 'sdn', 'services', 'spiceshell', 'startall', 'status', 'stopall', 'storage', 'subscription',
  'suspendall', 'syslog', 'tasks', 'termproxy', 'time', 'version', 'vncshell', 'vzdump', 'wakeonlan',
];

export const listRoutes: readonly Route[] = [{ method: 'GET', path: '/nodes', permissions: ALL, parameters: {}, run: list }, index('/nodes/{node}', 'name', BELOW)];
