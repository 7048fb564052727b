import type { Cluster, Guest, GuestAgent } from '../state/cluster.ts';
import { guestCounters, guestPressure } from '../state/counters.ts';
import { guestCpus, guestDisk, guestMemory, guestSwap } from '../state/sizing.ts';
import { isCdrom } from './volume-setting.ts';
import { QEMU } from './kind.ts';
import { isRunning, isTemplate } from './lookup.ts';
import { volumeSettings } from './references.ts';

const MiB = 1024 * 1024;

/** QEMU version of the simulated nodes; machine types and `meta` follow it. */
export const QEMU_VERSION = '10.1.2';
const MACHINE_VERSION = QEMU_VERSION.split('.').slice(0, 2).join('.');

/** The versioned machine type a VM runs with. */
export function runningMachine(guest: Guest): string {
  const configured = guest.config.current.get('machine')?.split(',')[0]?.replace(/^type=/, '') ?? 'pc';
  if (configured === 'q35') return `pc-q35-${MACHINE_VERSION}+pve0`;
  if (configured === 'pc') return `pc-i440fx-${MACHINE_VERSION}+pve0`;
  return configured;
}

/** What every row has, VM or container. */
function common(cluster: Cluster, guest: Guest): Record<string, unknown> {
  const config = guest.config.current;
  const row: Record<string, unknown> = {
    vmid: guest.vmid,
    status: isRunning(guest) ? 'running' : 'stopped',
    cpus: guestCpus(guest, cluster.nodes.get(guest.node)),
    maxmem: guestMemory(guest),
  };
  if (isTemplate(guest)) row['template'] = 1;
  const lock = config.get('lock');
  if (lock) row['lock'] = lock;
  const tags = config.get('tags');
  if (tags !== undefined) row['tags'] = tags;
  return row;
}

/**
 * A row of `GET /nodes/{node}/qemu`; `full` asks QEMU itself, as `status/current` always does (PVE::QemuServer::vmstatus).
 * @param now milliseconds since the epoch
 */
export function vmStatus(cluster: Cluster, guest: Guest, now: number, full: boolean): Record<string, unknown> {
  const config = guest.config.current;
  const counters = guestCounters(guest, now);
  const row = common(cluster, guest);
  Object.assign(row, {
    name: config.get('name') ?? `VM ${guest.vmid}`,
    disk: 0,
    maxdisk: guestDisk(guest),
    uptime: counters.uptime,
    cpu: counters.cpu,
    mem: counters.memhost,
    memhost: counters.memhost,
    netin: counters.netin,
    netout: counters.netout,
  });
  const balloon = Number(config.get('balloon') ?? 0);
  if (balloon > 0) {
    row['balloon_min'] = balloon * MiB;
    row['shares'] = Number(config.get('shares') ?? 1000);
  }
  if ([...config.keys()].some((option) => /^serial\d+$/.test(option))) row['serial'] = 1;
  if (isRunning(guest)) {
    const pressure = guestPressure(guest, now);
    Object.assign(row, {
      pid: guest.pid,
      pressurecpusome: pressure.cpu,
      pressurecpufull: 0,
      pressureiosome: pressure.io,
      pressureiofull: pressure.io / 2,
      pressurememorysome: pressure.memory,
      pressurememoryfull: pressure.memory / 2,
    });
  }
  if (full) Object.assign(row, isRunning(guest) ? fromQemu(guest, counters) : { qmpstatus: 'stopped' });
  return row;
}

/** What the QEMU process tells over its monitor. */
function fromQemu(guest: Guest, counters: ReturnType<typeof guestCounters>): Record<string, unknown> {
  const config = guest.config.current;
  const maximum = guestMemory(guest);
  const result: Record<string, unknown> = {
    qmpstatus: guest.power === 'paused' ? 'paused' : 'running',
    'running-machine': runningMachine(guest),
    'running-qemu': QEMU_VERSION,
    diskread: counters.diskread,
    diskwrite: counters.diskwrite,
    'proxmox-support': {
      'backup-fleecing': true, 'backup-max-workers': true, 'pbs-dirty-bitmap': true, 'pbs-dirty-bitmap-migration': true, 'pbs-dirty-bitmap-savevm': true,
      'pbs-library-version': '1.5.2 (UNKNOWN)', 'pbs-masterkey': true, 'query-bitmap-info': true,
    },
  };
  if (config.get('balloon') !== '0') {
    const free = maximum - counters.mem;
    Object.assign(result, {
      mem: counters.mem,
      freemem: free,
      balloon: maximum,
      ballooninfo: { actual: maximum, max_mem: maximum, total_mem: maximum, free_mem: free, last_update: guest.startedAt + counters.uptime, major_page_faults: 1024, minor_page_faults: 2_000_000, mem_swapped_in: 0, mem_swapped_out: 0 },
    });
  }
  const nets = [...config.keys()].filter((option) => /^net\d+$/.test(option));
  if (nets.length > 0) {
    result['nics'] = Object.fromEntries(
      nets.map((option) => [`tap${guest.vmid}i${option.slice(3)}`, { netin: Math.floor(counters.netin / nets.length), netout: Math.floor(counters.netout / nets.length) }]),
    );
  }
  const drives = volumeSettings(QEMU, config).filter(([, setting]) => setting.volume !== 'none');
  const disks = drives.filter(([, setting]) => !isCdrom(setting)).length || 1;
  result['blockstat'] = Object.fromEntries(
    drives.map(([option, setting]) => {
      const share = isCdrom(setting) ? 0 : 1 / disks;
      return [option, blockStatistics(counters.diskread * share, counters.diskwrite * share)];
    }),
  );
  return result;
}

function blockStatistics(read: number, written: number): Record<string, unknown> {
  return {
    rd_bytes: Math.floor(read), wr_bytes: Math.floor(written), rd_operations: Math.floor(read / 24_576), wr_operations: Math.floor(written / 16_384),
    rd_total_time_ns: Math.floor(read * 9), wr_total_time_ns: Math.floor(written * 14), rd_merged: 0, wr_merged: 0, flush_operations: Math.floor(written / 1_000_000),
    flush_total_time_ns: Math.floor(written), unmap_bytes: 0, unmap_operations: 0, unmap_total_time_ns: 0, unmap_merged: 0, failed_rd_operations: 0, failed_wr_operations: 0,
    failed_flush_operations: 0, failed_unmap_operations: 0, invalid_rd_operations: 0, invalid_wr_operations: 0, invalid_flush_operations: 0, invalid_unmap_operations: 0,
    wr_highest_offset: Math.floor(written), account_failed: true, account_invalid: true, timed_stats: [],
  };
}

/** A row of `GET /nodes/{node}/lxc` and `status/current` (PVE::LXC::vmstatus). The pressures are strings there. */
export function containerStatus(cluster: Cluster, guest: Guest, now: number): Record<string, unknown> {
  const config = guest.config.current;
  const counters = guestCounters(guest, now);
  const running = isRunning(guest);
  const row = common(cluster, guest);
  Object.assign(row, {
    type: 'lxc',
    name: (config.get('hostname') ?? `CT${guest.vmid}`).replace(/\s/g, ''),
    disk: running ? guest.diskUsed : 0,
    maxdisk: guestDisk(guest),
    maxswap: guestSwap(guest),
    swap: 0,
    uptime: counters.uptime,
    cpu: counters.cpu,
    mem: counters.mem,
    netin: counters.netin,
    netout: counters.netout,
    diskread: counters.diskread,
    diskwrite: counters.diskwrite,
  });
  if (running) {
    const pressure = guestPressure(guest, now);
    const text = (value: number): string => value.toFixed(2);
    Object.assign(row, {
      pid: guest.pid,
      pressurecpusome: text(pressure.cpu),
      pressurecpufull: '0.00',
      pressureiosome: text(pressure.io),
      pressureiofull: text(pressure.io / 2),
      pressurememorysome: text(pressure.memory),
      pressurememoryfull: text(pressure.memory / 2),
    });
  }
  return row;
}

/** Whether the VM's agent answers: installed, enabled by the `agent` option, and the VM runs. */
export function runningAgent(guest: Guest): GuestAgent | undefined {
  return guest.power === 'running' && agentEnabled(guest) ? guest.agent : undefined;
}

/** The `agent` option's `enabled`, its default key. */
export function agentEnabled(guest: Guest): boolean {
  return (guest.config.current.get('agent') ?? '0').split(',').some((part) => /^(?:enabled=)?(?:1|on|yes|true)$/i.test(part));
}
