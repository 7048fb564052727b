import type { Cluster } from '../../../state/cluster.ts';
import { guestCounters } from '../../../state/counters.ts';
import { guestCpus, guestMemory } from '../../../state/sizing.ts';
import { QEMU_VERSION } from '../../status.ts';
import { SHUTDOWN_DURATION, stop } from '../start.ts';
import { agentError } from './call-agent.ts';
import type { Answering } from './call-agent.ts';

/** Commands without parameters and whether the API takes them by GET or POST. */
export const COMMANDS = {
  'fsfreeze-freeze': 'POST', 'fsfreeze-status': 'POST', 'fsfreeze-thaw': 'POST', fstrim: 'POST', 'get-fsinfo': 'GET', 'get-host-name': 'GET', 'get-memory-block-info': 'GET',
  'get-memory-blocks': 'GET', 'get-osinfo': 'GET', 'get-time': 'GET', 'get-timezone': 'GET', 'get-users': 'GET', 'get-vcpus': 'GET', info: 'GET', 'network-get-interfaces': 'GET', ping: 'POST',
  shutdown: 'POST', 'suspend-disk': 'POST', 'suspend-hybrid': 'POST', 'suspend-ram': 'POST',
} as const;
export type Command = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as Command[];

/** Commands of the agent that have parameters. */
const WITH_PARAMETERS = ['exec', 'exec-status', 'file-close', 'file-open', 'file-read', 'file-seek', 'file-write', 'set-user-password'];

const MEMORY_BLOCK = 128 * 1024 * 1024;

function fileSystems({ agent }: Answering): unknown[] {
  return agent.filesystems.map(({ name, mountpoint, type, total, used }, index) => ({
    name,
    mountpoint,
    type,
    'total-bytes': total,
    'used-bytes': used,
    disk: [
      {
        'bus-type': 'scsi', bus: 0, target: 0, unit: index, 'pci-controller': { domain: 0, bus: 9, slot: 1, function: 0 },
        serial: `0QEMU_QEMU_HARDDISK_drive-scsi${index}`, ...(name.includes('\\') ? {} : { dev: `/dev/${name}` }),
      },
    ],
  }));
}

function interfaces(cluster: Cluster, { guest, agent }: Answering): unknown[] {
  const { netin, netout } = guestCounters(guest, cluster.clock.now());
  const cards = agent.interfaces.filter(({ name }) => name !== 'lo').length || 1;
  return agent.interfaces.map(({ name, mac, addresses }) => {
    const received = name === 'lo' ? 180_000 : Math.floor(netin / cards);
    const sent = name === 'lo' ? 180_000 : Math.floor(netout / cards);
    return {
      name,
      'hardware-address': mac,
      'ip-addresses': addresses.map(({ address, prefix, type }) => ({ 'ip-address': address, 'ip-address-type': type, prefix })),
      statistics: {
        'rx-bytes': received, 'rx-packets': Math.floor(received / 900), 'rx-errs': 0, 'rx-dropped': 0,
        'tx-bytes': sent, 'tx-packets': Math.floor(sent / 700), 'tx-errs': 0, 'tx-dropped': 0,
      },
    };
  });
}

/** The system in the VM goes down a moment later, as it does when it is told to. */
function shutDown(cluster: Cluster, { guest }: Answering): null {
  const { startedAt, pid } = guest;
  cluster.tasks.later(SHUTDOWN_DURATION, () => {
    if (guest.power === 'running' && guest.startedAt === startedAt && guest.pid === pid) stop(cluster, guest);
  });
  return null;
}

function setFrozen({ agent }: Answering, frozen: boolean): number {
  const changed = agent.frozen === frozen ? 0 : agent.filesystems.length;
  agent.frozen = frozen;
  return changed;
}

/** What the agent answers to a command; errors are answers too. */
export function perform(cluster: Cluster, found: Answering, command: Command): unknown {
  const { guest, agent } = found;
  switch (command) {
    case 'ping':
      return {};
    case 'info':
      return { version: QEMU_VERSION, supported_commands: [...COMMAND_NAMES, ...WITH_PARAMETERS].sort().map((name) => ({ name: `guest-${name}`, enabled: true, 'success-response': !/^(?:shutdown|suspend-)/.test(name) })) };
    case 'get-osinfo':
      return { ...agent.osInfo };
    case 'get-host-name':
      return { 'host-name': agent.hostname };
    case 'network-get-interfaces':
      return interfaces(cluster, found);
    case 'get-fsinfo':
      return fileSystems(found);
    case 'get-time':
      // Nanoseconds do not fit a double; whole milliseconds do within its precision.
      return cluster.clock.now() * 1_000_000;
    case 'get-timezone':
      return { zone: 'UTC', offset: 0 };
    case 'get-users':
      return [];
    case 'get-vcpus':
      return Array.from({ length: guestCpus(guest, cluster.nodes.get(guest.node)) }, (_, id) => ({ 'logical-id': id, online: true, 'can-offline': id > 0 }));
    case 'get-memory-block-info':
      return { size: MEMORY_BLOCK };
    case 'get-memory-blocks':
      return Array.from({ length: Math.ceil(guestMemory(guest) / MEMORY_BLOCK) }, (_, index) => ({ 'phys-index': index, online: true, 'can-offline': true }));
    case 'fsfreeze-status':
      return agent.frozen ? 'frozen' : 'thawed';
    case 'fsfreeze-freeze':
      return setFrozen(found, true);
    case 'fsfreeze-thaw':
      return setFrozen(found, false);
    case 'fstrim':
      return { paths: agent.filesystems.map(({ mountpoint, total, used }) => ({ path: mountpoint, minimum: 0, trimmed: total - used })) };
    case 'shutdown':
      return shutDown(cluster, found);
    case 'suspend-disk':
    case 'suspend-hybrid':
    case 'suspend-ram':
      // Proxmox's machine types have S3 and S4 switched off.
      return agentError('the requested suspend mode is not supported by the guest');
  }
}
