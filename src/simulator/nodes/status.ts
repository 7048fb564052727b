import { oneOf, optional } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Node } from '../state/cluster.ts';
import { guestCounters, nodeCounters, nodeSeries, type Timeframe } from '../state/counters.ts';
import { ALL, AUDIT, NODE, nodeOf, text } from './parameters.ts';

/** `uname` of the node. */
export function kernelOf(node: Node): { sysname: string; release: string; version: string; machine: string } {
  const [sysname = 'Linux', release = '', ...version] = node.kernel.split(' ');
  return { sysname, release, version: version.join(' '), machine: 'x86_64' };
}

export function pveVersion({ cluster }: Call): string {
  return `pve-manager/${cluster.version.version}/${cluster.version.repoid}`;
}

function status(call: Call): Record<string, unknown> {
  const node = nodeOf(call);
  const now = nodeCounters(call.cluster, node, call.cluster.clock.now());
  const { rootfs, cpu } = node;
  // A share is reserved for root, so `avail` is less than what is free.
  const reserved = Math.floor(rootfs.total * 0.051);
  return {
    uptime: now.uptime,
    idle: 0,
    loadavg: now.loadavg.map((load) => load.toFixed(2)),
    kversion: node.kernel,
    'current-kernel': kernelOf(node),
    'boot-info': { mode: 'efi', secureboot: 0 },
    cpuinfo: { model: cpu.model, sockets: cpu.sockets, cores: cpu.cores, cpus: cpu.cpus, mhz: String(cpu.mhz), flags: cpu.flags, hvm: '1', user_hz: 100 },
    cpu: now.cpu,
    wait: now.wait,
    memory: { total: node.memory, used: now.memory, free: Math.floor((node.memory - now.memory) * 0.8), available: node.memory - now.memory },
    ksm: { shared: 0 },
    swap: { total: node.swap, used: now.swap, free: node.swap - now.swap },
    pveversion: pveVersion(call),
    rootfs: { total: rootfs.total, used: rootfs.used, free: rootfs.total - rootfs.used, avail: Math.max(0, rootfs.total - rootfs.used - reserved) },
  };
}

/** Counters of the guests' network devices on the host's side: what goes out of a guest comes in there. */
function netstat(call: Call): Record<string, unknown>[] {
  const node = nodeOf(call);
  const { cluster } = call;
  const result: Record<string, unknown>[] = [];
  for (const guest of cluster.guests.values()) {
    if (guest.node !== node.name || guest.power === 'stopped') continue;
    const devices = [...guest.config.current.keys()].filter((option) => /^net\d+$/.test(option)).sort();
    const { netin, netout } = guestCounters(guest, cluster.clock.now());
    for (const dev of devices) {
      result.push({ vmid: String(guest.vmid), dev, in: String(Math.floor(netin / devices.length)), out: String(Math.floor(netout / devices.length)) });
    }
  }
  return result;
}

export const statusRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/status', permissions: AUDIT, parameters: NODE, run: status },
  { method: 'GET', path: '/nodes/{node}/version', permissions: ALL, parameters: NODE, run: ({ cluster }) => ({ ...cluster.version }) },
  { method: 'GET', path: '/nodes/{node}/netstat', permissions: AUDIT, parameters: NODE, run: netstat },
  {
    method: 'GET', path: '/nodes/{node}/rrddata', permissions: AUDIT, anywhere: true,
    parameters: { ...NODE, timeframe: oneOf('hour', 'day', 'week', 'month', 'year', 'decade'), cf: optional(oneOf('AVERAGE', 'MAX')) },
    run: (call) => nodeSeries(call.cluster, nodeOf(call), text(call, 'timeframe') as Timeframe, call.cluster.clock.now()),
  },
];
