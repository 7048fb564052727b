import type { Clock } from '../../base/index.ts';
import type { GuestConfig, Options } from '../../pve/config/index.ts';
import type { AptFile } from '../nodes/apt-files.ts';
import type { DiskPools } from '../nodes/disks/pools.ts';
import type { Access } from './access.ts';
import type { Tasks } from './tasks.ts';

/** Everything the simulated cluster knows; plain mutable data, changed only by the operations in `routes`. */
export interface Cluster {
  name: string;
  /** `/version`. */
  version: { version: string; release: string; repoid: string };
  readonly clock: Clock;
  /** Seeded; every random choice goes through it so that a seed gives the same cluster. 0 ≤ x < 1. */
  readonly random: () => number;
  readonly nodes: Map<string, Node>;
  readonly guests: Map<number, Guest>;
  /** `storage.cfg` in file order. */
  readonly storages: Map<string, Storage>;
  /** Volumes by storage id, then by volid; volumes of a local storage carry their node. */
  readonly volumes: Map<string, Map<string, Volume>>;
  readonly pools: Map<string, Pool>;
  readonly access: Access;
  readonly tasks: Tasks;
  /** `datacenter.cfg`, raw. */
  readonly options: Options;
  /** `jobs.cfg`, by type. */
  readonly backupJobs: Map<string, Options>;
  readonly realmSyncJobs: Map<string, Options>;
  readonly replicationJobs: Map<string, Options>;
  readonly haResources: Map<string, Options>;
  readonly haRules: Map<string, Options>;
  /** How resources are treated while high availability is disarmed; absent while it is armed. */
  haDisarmed?: 'freeze' | 'ignore';
  /** Nodes in maintenance, with the resources that were moved away from each. */
  readonly haMaintenance: Map<string, ReadonlySet<string>>;
  readonly firewall: Firewall;
  readonly firewallGroups: Map<string, { comment?: string; rules: FirewallRule[] }>;
}

export interface Node {
  readonly name: string;
  readonly nodeid: number;
  online: boolean;
  ip: string;
  /** Seconds since the epoch of its boot. */
  bootedAt: number;
  cpu: { model: string; sockets: number; cores: number; /** Threads over all sockets. */ cpus: number; mhz: number; flags: string };
  /** Bytes. */
  memory: number;
  swap: number;
  rootfs: { total: number; used: number };
  kernel: string;
  /** `network interfaces` as `GET /nodes/{node}/network` has them, by name. */
  readonly network: Map<string, Record<string, unknown>>;
  /** `interfaces.new`: changes that wait to be applied. */
  pendingNetwork?: Map<string, Record<string, unknown>>;
  readonly services: Map<string, { name: string; desc: string; state: 'running' | 'dead'; unitState: string }>;
  readonly disks: Record<string, unknown>[];
  /** Volume groups, ZFS pools and mounted directories on them. */
  readonly pools: DiskPools;
  readonly updates: Record<string, unknown>[];
  /** Repository files below `/etc/apt`, by path. */
  readonly aptFiles: AptFile[];
  readonly certificates: Record<string, unknown>[];
  /** SHA-256 of the public key of the custom certificate's private key, which itself is not kept. */
  certificateKey?: string;
  dns: { search: string; dns1?: string; dns2?: string; dns3?: string };
  timezone: string;
  /** `/etc/pve/nodes/<node>/config`, raw. */
  readonly config: Options;
  readonly firewall: Firewall;
  /** Journal lines, oldest first. */
  readonly journal: string[];
  hosts: string;
}

/** A VM or container. */
export interface Guest {
  readonly vmid: number;
  readonly kind: 'qemu' | 'lxc';
  node: string;
  config: GuestConfig;
  /** `suspended` is a VM suspended to disk: stopped for the world, with `lock: suspended` in its config. */
  power: 'running' | 'stopped' | 'paused';
  /** Seconds since the epoch; meaningful while not stopped. */
  startedAt: number;
  pid: number;
  /** Bytes the guest's filesystem uses inside (containers report it as `disk`). */
  diskUsed: number;
  /** Phase and level of the guest's load curves, so that counters are a function of the time and move plausibly. */
  load: { readonly cpu: number; readonly memory: number; readonly network: number; readonly disk: number; readonly phase: number };
  agent: GuestAgent | undefined;
  /** A stopped container whose processes were written to disk (`status/suspend`) and can go on. */
  checkpoint?: true;
  readonly firewall: Firewall;
}

/** What the QEMU guest agent would answer; present when one is installed in the VM. */
export interface GuestAgent {
  hostname: string;
  osInfo: Record<string, string>;
  interfaces: { name: string; mac: string; addresses: { address: string; prefix: number; type: 'ipv4' | 'ipv6' }[] }[];
  filesystems: { name: string; mountpoint: string; type: string; total: number; used: number }[];
  readonly files: Map<string, string>;
  readonly commands: Map<number, { exited: boolean; exitcode?: number; out?: string; err?: string }>;
  frozen: boolean;
}

/** A section of `storage.cfg`. */
export interface Storage {
  readonly id: string;
  /** `dir`, `nfs`, `lvmthin`, `zfspool`, `rbd`, `pbs`, … */
  readonly type: string;
  /** The other lines of the section, raw, in file order. */
  readonly options: Options;
  /** Bytes; per node where the storage is not shared (then `capacity` is each node's). */
  capacity: number;
  /** Bytes in use that no listed volume accounts for. */
  foreignUse: number;
  /** Nodes on which a storage that is not shared is of another size. */
  onNode?: Map<string, { readonly capacity: number; readonly foreignUse: number }>;
}

export interface Volume {
  readonly volid: string;
  readonly storage: string;
  /** Absent on shared storages. */
  readonly node?: string;
  content: 'images' | 'rootdir' | 'iso' | 'vztmpl' | 'backup' | 'snippets' | 'import';
  format: string;
  /** Bytes. */
  size: number;
  used: number;
  /** Seconds since the epoch. */
  ctime: number;
  vmid?: number;
  notes?: string;
  protected?: boolean;
  parent?: string;
  /** Backups: the guest's configuration file as it was, for restore and extractconfig. */
  config?: string;
  subtype?: 'qemu' | 'lxc';
  /** Snippets and other small text. */
  text?: string;
  /** Of files that were uploaded or downloaded: lower-case hex by algorithm. */
  checksums?: Readonly<Record<string, string>>;
}

export interface Pool {
  readonly poolid: string;
  comment?: string;
  readonly guests: Set<number>;
  readonly storages: Set<string>;
}

export interface Firewall {
  readonly options: Options;
  readonly rules: FirewallRule[];
  readonly aliases: Map<string, { cidr: string; comment?: string }>;
  readonly ipsets: Map<string, { comment?: string; entries: { cidr: string; nomatch?: boolean; comment?: string }[] }>;
  readonly log: string[];
}

/** A firewall rule's fields as the API names them (`type`, `action`, `enable`, `source`, …), without `pos`. */
export type FirewallRule = Record<string, string | number>;

/** An empty firewall. */
export function newFirewall(): Firewall {
  return { options: new Map(), rules: [], aliases: new Map(), ipsets: new Map(), log: [] };
}
