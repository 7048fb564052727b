import type { Disposable, Event } from '../base/index.ts';
import type { Connection, PveClient, PveError } from '../pve/index.ts';

/** A cluster node: `GET /cluster/resources` rows of type `node`. */
export interface NodeRow {
  readonly kind: 'node';
  /** `node/<name>` as Proxmox names it; unique within a connection. */
  readonly id: string;
  readonly node: string;
  readonly status: 'online' | 'offline' | 'unknown';
  /** What the HA manager has the node at (`online`, `maintenance`, `unknown`); only where it manages something. */
  readonly hastate?: string;
}

/** A guest: rows of type `qemu` or `lxc`. */
export interface GuestRow {
  readonly kind: 'qemu' | 'lxc';
  /** `qemu/<vmid>` or `lxc/<vmid>`. */
  readonly id: string;
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly status: 'running' | 'stopped' | 'paused' | 'suspended' | 'unknown';
  readonly template: boolean;
  readonly tags: readonly string[];
  readonly pool?: string;
  readonly lock?: string;
  readonly hastate?: string;
}

/** A storage on one node: rows of type `storage`. */
export interface StorageRow {
  readonly kind: 'storage';
  /** `storage/<node>/<storage>`. */
  readonly id: string;
  readonly storage: string;
  readonly node: string;
  readonly status: string;
  /** `dir`, `zfspool`, `lvmthin`, `nfs`, … */
  readonly plugintype?: string;
  readonly content: readonly string[];
  readonly shared: boolean;
}

export interface PoolRow {
  readonly kind: 'pool';
  /** `/pool/<poolid>`. */
  readonly id: string;
  readonly pool: string;
}

export type Row = NodeRow | GuestRow | StorageRow | PoolRow;

/** Counters that move with every refresh; kept in memory only, never in the store's history. */
export interface Live {
  /** Fraction of maxcpu in use, 0 … 1. */
  readonly cpu?: number;
  readonly maxcpu?: number;
  /** Bytes. */
  readonly mem?: number;
  readonly maxmem?: number;
  readonly disk?: number;
  readonly maxdisk?: number;
  /** Seconds. */
  readonly uptime?: number;
}

/** What one refresh changed, by row id. `live` names rows whose counters moved enough to be shown differently. */
export interface Change {
  readonly connectionId: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly live: readonly string[];
  /** Set when the connection's health changed (error appeared, changed or went away). */
  readonly health: boolean;
}

/** How a connection is doing. */
export type Health =
  /** Nothing asked yet in this session; rows come from the store. */
  | { readonly state: 'unknown' }
  | { readonly state: 'refreshing'; readonly last?: Health }
  /** Milliseconds since the epoch. */
  | { readonly state: 'ok'; readonly at: number }
  | { readonly state: 'failed'; readonly at: number; readonly error: PveError };

/** One entry of the history. */
export interface HistoryEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly id: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Field → [before, after]; for `changed` only. */
  readonly fields?: Readonly<Record<string, readonly [unknown, unknown]>>;
}

/** What exists, by connection: the last complete state from the store at once, then refreshed from the cluster. */
export interface Inventory extends Disposable {
  readonly onDidChange: Event<Change>;
  rows(connectionId: string): ReadonlyMap<string, Row>;
  live(connectionId: string, rowId: string): Live | undefined;
  health(connectionId: string): Health;
  /** One `GET /cluster/resources`, diff, store, event. Overlapping calls share one request. Never rejects: failures are in {@link health}. */
  refresh(connection: Connection, client: PveClient, signal?: AbortSignal): Promise<void>;
  /** {@link refresh} for who has changed something: never by a request that is under way already, which the cluster may have answered before the change. */
  refreshAnew(connection: Connection, client: PveClient): Promise<void>;
  /** Newest first. */
  history(connectionId: string, rowId?: string, limit?: number): readonly HistoryEntry[];
  /** Forgets a removed connection's rows and history. */
  forget(connectionId: string): Promise<void>;
}
