/**
 * The moving numbers of guests and nodes, as pure functions of the guest and the time: the same instant always reads the same,
 * totals only grow while the guest runs, and nothing needs to tick.
 *
 * A guest's `load` gives levels between 0 and 1: `cpu` the mean use of its CPUs, `memory` of its memory, `network` and `disk` the mean
 * transfer, where 1 stands for {@link FULL_NETWORK} and {@link FULL_DISK}. `phase` (radians) sets its curves apart from others'.
 */
import type { Cluster, Guest, Node } from './cluster.ts';
import { guestCpus, guestDisk, guestMemory } from './sizing.ts';

/** Bytes per second at a network level of 1, each way. */
export const FULL_NETWORK = 12 * 1024 * 1024;
/** Bytes per second at a disk level of 1, each way. */
export const FULL_DISK = 40 * 1024 * 1024;

const TAU = 2 * Math.PI;
const DAY = 86_400;

export interface GuestCounters {
  /** Seconds since the start; 0 when stopped, like all others. */
  readonly uptime: number;
  /** Fraction of the guest's CPUs in use, 0 … 1. */
  readonly cpu: number;
  /** Bytes the guest itself uses. */
  readonly mem: number;
  /** Bytes the guest takes on its node: for VMs more than `mem`, as QEMU does not give back what was touched once. */
  readonly memhost: number;
  /** Bytes since the start. */
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
}

const STOPPED: GuestCounters = { uptime: 0, cpu: 0, mem: 0, memhost: 0, netin: 0, netout: 0, diskread: 0, diskwrite: 0 };

/** The angle in the present turn. Seconds since the epoch are so many turns that the sine of all of them takes ten times as long. */
const turned = (seconds: number, period: number): number => (TAU * (seconds % period)) / period;

/** Between −1 and 1: a day's rhythm, minutes of bustle and a quick ripple. */
function wave(seconds: number, phase: number): number {
  return 0.5 * Math.sin(turned(seconds, DAY) + phase) + 0.3 * Math.sin(turned(seconds, 431) + 3 * phase) + 0.2 * Math.sin(turned(seconds, 37) + 7 * phase);
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

function cpuAt(guest: Guest, seconds: number): number {
  if (guest.power === 'paused') return 0;
  return clamp(guest.load.cpu * (1 + 0.6 * wave(seconds, guest.load.phase)), 0.0005, 1);
}

function memoryAt(guest: Guest, seconds: number, maximum: number): number {
  const level = clamp(guest.load.memory * (1 + 0.06 * wave(seconds, guest.load.phase + 1)), 0.02, 0.99);
  // Right after a start the guest has not touched all of it yet.
  const warm = 1 - 0.6 * Math.exp(-(seconds - guest.startedAt) / 240);
  return Math.floor(maximum * level * warm);
}

/** Seconds of one swing of each transfer. */
const PERIOD = { netin: 2311, netout: 1777, diskread: 3607, diskwrite: 1291 };

/** A transfer of a guest: it swings around `mean` bytes per second, beginning at the start of the guest, at `omega` radians per second. */
interface Transfer {
  readonly mean: number;
  readonly omega: number;
}

function transfer(guest: Guest, kind: keyof typeof PERIOD): Transfer {
  const { network, disk, phase } = guest.load;
  const mean =
    kind === 'netin' ? network * FULL_NETWORK
    : kind === 'netout' ? network * FULL_NETWORK * 0.7
    : kind === 'diskread' ? disk * FULL_DISK * 0.4
    : disk * FULL_DISK;
  return { mean, omega: (TAU * (1 + 0.05 * phase)) / PERIOD[kind] };
}

/** Bytes per second after so many seconds. */
const rate = ({ mean, omega }: Transfer, uptime: number): number => mean * (1 + 0.8 * Math.sin(omega * uptime));

/** Bytes since the start: the integral of {@link rate}, which only grows. */
const total = ({ mean, omega }: Transfer, uptime: number): number => Math.floor(mean * (uptime + (0.8 / omega) * (1 - Math.cos(omega * uptime))));

/**
 * What the guest's counters read at `now` (milliseconds since the epoch).
 * @param maximum its memory in bytes, for those who know it already
 */
export function guestCounters(guest: Guest, now: number, maximum: number = guestMemory(guest)): GuestCounters {
  if (guest.power === 'stopped') return STOPPED;
  const seconds = now / 1000;
  const uptime = Math.max(0, seconds - guest.startedAt);
  const mem = memoryAt(guest, guest.startedAt + uptime, maximum);
  return {
    uptime: Math.floor(uptime),
    cpu: cpuAt(guest, seconds),
    mem,
    memhost: guest.kind === 'qemu' ? Math.floor(Math.min(maximum, mem * 1.12) + 60 * 1024 * 1024) : mem,
    netin: total(transfer(guest, 'netin'), uptime),
    netout: total(transfer(guest, 'netout'), uptime),
    diskread: total(transfer(guest, 'diskread'), uptime),
    diskwrite: total(transfer(guest, 'diskwrite'), uptime),
  };
}

/** Share of the last ten seconds (0 … 100) in which something in the guest waited for the CPU, for I/O, for memory. */
export function guestPressure(guest: Guest, now: number): { readonly cpu: number; readonly io: number; readonly memory: number } {
  if (guest.power === 'stopped') return { cpu: 0, io: 0, memory: 0 };
  const seconds = now / 1000;
  const share = (value: number): number => Math.round(clamp(value, 0, 100) * 100) / 100;
  return {
    cpu: share((cpuAt(guest, seconds) - 0.5) * 30),
    io: share(guest.load.disk * 3 * (1 + wave(seconds, guest.load.phase + 2))),
    memory: share((guest.load.memory - 0.9) * 40),
  };
}

export interface NodeCounters {
  /** Fraction of the node's threads in use, 0 … 1. */
  readonly cpu: number;
  /** Fraction of the time spent waiting for I/O. */
  readonly wait: number;
  readonly loadavg: readonly [number, number, number];
  /** Bytes. */
  readonly memory: number;
  readonly swap: number;
  /** Bytes since the node's boot. */
  readonly netin: number;
  readonly netout: number;
  /** Seconds. */
  readonly uptime: number;
}

/** What a node's own services take, besides its guests. */
const NODE_CPU = 0.012;
const NODE_MEMORY = 2_200_000_000;

function nodeMemory(node: Node, guests: number): number {
  return Math.floor(Math.min(node.memory * 0.98, NODE_MEMORY + node.memory * 0.01 + guests));
}

const OFF: NodeCounters = { cpu: 0, wait: 0, loadavg: [0, 0, 0], memory: 0, swap: 0, netin: 0, netout: 0, uptime: 0 };

/** What a node's guests take together. */
interface Sum {
  busy: number;
  memory: number;
  waiting: number;
  netin: number;
  netout: number;
}

/** The counters of nodes, summed up from their guests as these are counted, each once. */
export class NodeSums {
  readonly #sums = new Map<string, Sum>();
  readonly #now: number;

  /** @param now milliseconds since the epoch, of the guests' counters too */
  constructor(now: number) {
    this.#now = now;
  }

  /** @param cpus the guest's, as `maxcpu` */
  count(guest: Guest, counters: GuestCounters, cpus: number): void {
    if (guest.power === 'stopped') return;
    let sum = this.#sums.get(guest.node);
    if (sum === undefined) this.#sums.set(guest.node, (sum = { busy: 0, memory: 0, waiting: 0, netin: 0, netout: 0 }));
    sum.busy += counters.cpu * cpus;
    sum.memory += counters.memhost;
    sum.waiting += guest.load.disk;
    sum.netin += counters.netin;
    sum.netout += counters.netout;
  }

  of(node: Node): NodeCounters {
    if (!node.online) return OFF;
    const uptime = Math.max(0, this.#now / 1000 - node.bootedAt);
    const sum = this.#sums.get(node.name);
    const busy = NODE_CPU * node.cpu.cpus + (sum?.busy ?? 0);
    const used = nodeMemory(node, sum?.memory ?? 0);
    return {
      cpu: Math.min(1, busy / node.cpu.cpus),
      wait: Math.min(0.3, 0.0004 + (sum?.waiting ?? 0) * 0.002),
      loadavg: [busy * 1.05, busy * 0.98, busy * 0.94],
      memory: used,
      swap: used > node.memory * 0.9 ? Math.floor(node.swap * 0.2) : 0,
      netin: Math.floor(uptime * 20_000 + (sum?.netin ?? 0)),
      netout: Math.floor(uptime * 14_000 + (sum?.netout ?? 0)),
      uptime: Math.floor(uptime),
    };
  }
}

/** What the node's counters read at `now` (milliseconds since the epoch). */
export function nodeCounters(cluster: Cluster, node: Node, now: number): NodeCounters {
  return sumsOf(cluster, guestsOf(cluster, node), now).of(node);
}

/** All guests counted. @param now milliseconds since the epoch */
export function nodeSums(cluster: Cluster, now: number): NodeSums {
  return sumsOf(cluster, cluster.guests.values(), now);
}

function sumsOf(cluster: Cluster, guests: Iterable<Guest>, now: number): NodeSums {
  const sums = new NodeSums(now);
  for (const guest of guests) sums.count(guest, guestCounters(guest, now), guestCpus(guest, cluster.nodes.get(guest.node)));
  return sums;
}

function guestsOf(cluster: Cluster, node: Node): Guest[] {
  return [...cluster.guests.values()].filter((guest) => guest.node === node.name);
}

export type Timeframe = 'hour' | 'day' | 'week' | 'month' | 'year' | 'decade';

/** Seconds per point and number of points, as Proxmox VE 9 keeps them (pve-cluster, RRD.pm). */
const RESOLUTION: Readonly<Record<Timeframe, readonly [number, number]>> = {
  hour: [60, 60],
  day: [60, 1440],
  week: [1800, 336],
  month: [1800, 1440],
  year: [21_600, 1440],
  decade: [604_800, 570],
};

/** The times of a series, in seconds since the epoch, oldest first. */
export function times(timeframe: Timeframe, now: number): number[] {
  const [step, count] = RESOLUTION[timeframe];
  const end = step * Math.floor(now / 1000 / step);
  return Array.from({ length: count }, (_, i) => end - step * (count - i));
}

export type SeriesPoint = Readonly<Record<string, number>> & { readonly time: number };

/** `GET …/rrddata` of a guest: points from the same curves as the live counters; transfers are bytes per second. */
export function guestSeries(cluster: Cluster, guest: Guest, timeframe: Timeframe, now: number): SeriesPoint[] {
  const maxcpu = guestCpus(guest, cluster.nodes.get(guest.node));
  const maxmem = guestMemory(guest);
  const maxdisk = guestDisk(guest);
  const disk = guest.kind === 'lxc' ? guest.diskUsed : 0;
  return times(timeframe, now).map((time) => {
    const fixed = { time, maxcpu, maxmem, maxdisk, disk };
    if (guest.power === 'stopped' || time < guest.startedAt) return fixed;
    const pressure = guestPressure(guest, time * 1000);
    const mem = memoryAt(guest, time, maxmem);
    const at = (kind: keyof typeof PERIOD): number => rate(transfer(guest, kind), time - guest.startedAt);
    return {
      ...fixed,
      cpu: cpuAt(guest, time),
      mem,
      memhost: guest.kind === 'qemu' ? Math.min(maxmem, mem * 1.12) : mem,
      netin: at('netin'),
      netout: at('netout'),
      diskread: at('diskread'),
      diskwrite: at('diskwrite'),
      pressurecpusome: pressure.cpu,
      pressurecpufull: 0,
      pressureiosome: pressure.io,
      pressureiofull: pressure.io / 2,
      pressurememorysome: pressure.memory,
      pressurememoryfull: pressure.memory / 2,
    };
  });
}

/** `GET /nodes/{node}/rrddata`: as {@link guestSeries}, summed over the guests that are on the node now. */
export function nodeSeries(cluster: Cluster, node: Node, timeframe: Timeframe, now: number): SeriesPoint[] {
  const guests = guestsOf(cluster, node)
    .filter((guest) => guest.power !== 'stopped')
    .map((guest) => ({ guest, cpus: guestCpus(guest, node), memory: guestMemory(guest), incoming: transfer(guest, 'netin'), outgoing: transfer(guest, 'netout') }));
  return times(timeframe, now).filter((time) => time >= node.bootedAt).map((time) => {
    let busy = NODE_CPU * node.cpu.cpus;
    let memory = 0;
    let netin = 20_000;
    let netout = 14_000;
    for (const { guest, cpus, memory: maximum, incoming, outgoing } of guests) {
      if (time < guest.startedAt) continue;
      busy += cpuAt(guest, time) * cpus;
      memory += memoryAt(guest, time, maximum);
      netin += rate(incoming, time - guest.startedAt);
      netout += rate(outgoing, time - guest.startedAt);
    }
    const used = nodeMemory(node, memory);
    return {
      time,
      maxcpu: node.cpu.cpus,
      cpu: Math.min(1, busy / node.cpu.cpus),
      loadavg: busy,
      iowait: 0.001,
      memtotal: node.memory,
      memused: used,
      memavailable: node.memory - used,
      swaptotal: node.swap,
      swapused: 0,
      roottotal: node.rootfs.total,
      rootused: node.rootfs.used,
      netin,
      netout,
      arcsize: 0,
      pressurecpusome: 0,
      pressureiosome: 0,
      pressureiofull: 0,
      pressurememorysome: 0,
      pressurememoryfull: 0,
    };
  });
}
