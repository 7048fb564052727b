import type { Cluster, Guest, Node } from '../state/cluster.ts';
import { guestCpus, guestDisk, guestMemory } from '../state/sizing.ts';
import { configuredInterfaces, type Interface } from './configured-interfaces.ts';

/** What a person at a console can find out about the system there. */
export interface Machine {
  /** As pictures are headed: `web-1 (VM 100)`, `pve1`. */
  readonly title: string;
  readonly hostname: string;
  readonly system: { readonly id: string; readonly name: string; readonly version: string; readonly pretty: string };
  readonly kernel: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly used: number };
  readonly disk: { readonly device: string; readonly total: number; readonly used: number };
  readonly interfaces: readonly Interface[];
  /** Seconds since the epoch. */
  bootedAt(): number;
  isRunning(): boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

const SYSTEMS: readonly (readonly [pattern: RegExp, id: string, name: string, version: string, pretty: string])[] = [
  [/^win/, 'mswindows', 'Microsoft Windows', '2025', 'Windows Server 2025 Datacenter'],
  [/^ubuntu/, 'ubuntu', 'Ubuntu', '24.04', 'Ubuntu 24.04.3 LTS'],
  [/^alpine/, 'alpine', 'Alpine Linux', '3.22.2', 'Alpine Linux v3.22'],
  [/./, 'debian', 'Debian GNU/Linux', '13', 'Debian GNU/Linux 13 (trixie)'],
];

function systemOf(ostype: string): Machine['system'] {
  const [, id = '', name = '', version = '', pretty = ''] = SYSTEMS.find(([pattern]) => pattern.test(ostype)) ?? [];
  return { id, name, version, pretty };
}

/** A VM or container as its own users see it. */
export function machineOfGuest(cluster: Cluster, guest: Guest): Machine {
  const { current } = guest.config;
  const node = cluster.nodes.get(guest.node);
  const isVm = guest.kind === 'qemu';
  const hostname = (isVm ? (guest.agent?.hostname ?? current.get('name')) : current.get('hostname')) ?? `${isVm ? 'VM' : 'CT'}${guest.vmid}`;
  const agent = guest.agent?.osInfo;
  const known = systemOf(current.get('ostype') ?? 'debian');
  const total = guestMemory(guest);
  const size = guestDisk(guest);
  return {
    title: `${current.get(isVm ? 'name' : 'hostname') ?? hostname} (${isVm ? 'VM' : 'CT'} ${guest.vmid})`,
    hostname,
    system: agent === undefined ? known : { id: agent['id'] ?? known.id, name: agent['name'] ?? known.name, version: agent['version-id'] ?? known.version, pretty: agent['pretty-name'] ?? known.pretty },
    // Containers share the node's kernel.
    kernel: isVm ? (agent?.['kernel-release'] ?? '6.12.48+deb13-amd64') : kernelRelease(node),
    cpus: guestCpus(guest, node),
    memory: { total, used: Math.floor(total * guest.load.memory) },
    disk: { device: isVm ? '/dev/sda1' : `/dev/mapper/pve-vm--${guest.vmid}--disk--0`, total: size, used: Math.min(guest.diskUsed, size) },
    interfaces: isVm && guest.agent !== undefined
      ? guest.agent.interfaces.filter(({ name }) => name !== 'lo').map(({ name, mac, addresses }) => ({ name, mac, address: addresses[0] && `${addresses[0].address}/${addresses[0].prefix}` }))
      : configuredInterfaces(current),
    bootedAt: () => guest.startedAt,
    isRunning: () => cluster.guests.get(guest.vmid) === guest && guest.power !== 'stopped',
    now: () => cluster.clock.now(),
  };
}

/** A node as somebody logged in on it sees it. */
export function machineOfNode(cluster: Cluster, node: Node): Machine {
  const bridge = node.network.get('vmbr0');
  return {
    title: node.name,
    hostname: node.name,
    system: systemOf('debian'),
    kernel: kernelRelease(node),
    cpus: node.cpu.cpus,
    memory: { total: node.memory, used: Math.floor(node.memory * 0.46) },
    disk: { device: '/dev/mapper/pve-root', total: node.rootfs.total, used: node.rootfs.used },
    interfaces: [{ name: 'vmbr0', mac: '52:54:00:12:34:56', address: typeof bridge?.['cidr'] === 'string' ? bridge['cidr'] : `${node.ip}/24` }],
    bootedAt: () => node.bootedAt,
    isRunning: () => node.online,
    now: () => cluster.clock.now(),
  };
}

/** `Linux 6.17.2-1-pve #1 SMP …` as the node's status has it. */
function kernelRelease(node: Node | undefined): string {
  return /\d+\.\d+\.\d+\S*-pve/.exec(node?.kernel ?? '')?.[0] ?? '6.17.2-1-pve';
}
