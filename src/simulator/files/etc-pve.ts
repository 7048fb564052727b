import type { GuestConfig, Options } from '../../pve/config/index.ts';
import type { Section } from './section-config.ts';
import type { UserConfig } from './user-config.ts';

/**
 * Something in a file that could not be taken as it stands. The rest of the folder is loaded all the same, and so is the rest of the
 * file, unless it is a guest's with a line that belongs in no configuration file: that guest is skipped.
 */
export interface FileProblem {
  /** Path relative to the loaded folder, with `/`. */
  readonly file: string;
  /** Counted from 1; 0 when the whole file is meant. */
  readonly line: number;
  readonly message: string;
}

/** One `nodes/<node>/{qemu-server,lxc}/<vmid>.conf`. */
export interface GuestFile {
  readonly vmid: number;
  readonly kind: 'qemu' | 'lxc';
  readonly node: string;
  readonly config: GuestConfig;
}

/** What an `/etc/pve`-shaped folder holds, as far as the simulator reads and writes it. Missing files are empty here. */
export interface EtcPve {
  /** Names of the folders under `nodes/`, sorted. */
  readonly nodes: readonly string[];
  /** By VMID. */
  readonly guests: readonly GuestFile[];
  /** `nodes/<node>/config`, by node; nodes without one are absent. `description` is the decoded notes. */
  readonly nodeOptions: ReadonlyMap<string, Options>;
  /** `storage.cfg`: type is the storage's type, id its name. */
  readonly storages: readonly Section[];
  /** `user.cfg`. */
  readonly access: UserConfig;
  /** `domains.cfg`: type is the realm's type, id its name. */
  readonly domains: readonly Section[];
  /** `priv/token.cfg`: `user@realm!name` → secret. */
  readonly tokenSecrets: ReadonlyMap<string, string>;
  /** `datacenter.cfg`; `description` is the decoded notes. */
  readonly datacenter: Options;
  /** `jobs.cfg`: type `vzdump` or `realm-sync`. */
  readonly jobs: readonly Section[];
  /** `replication.cfg`: type `local`, id `<vmid>-<number>`. */
  readonly replication: readonly Section[];
  /** `ha/resources.cfg`: type `vm` or `ct`, id the VMID. */
  readonly haResources: readonly Section[];
  /** `ha/rules.cfg`: type `node-affinity` or `resource-affinity`. */
  readonly haRules: readonly Section[];
  /** Guests' files that are no configuration files, as they are, by path in the folder: not loaded, but written back. */
  readonly skipped?: ReadonlyMap<string, string>;
}
