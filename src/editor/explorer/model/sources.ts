import type { GuestRow, Health, Live, Row, Snapshot, TaskRow, Volume } from '../../../inventory/index.ts';
import type { Connection, PveError } from '../../../pve/index.ts';
import type { May } from './abilities.ts';

/** A connection and how it is doing. */
export interface ConnectionView {
  readonly connection: Connection;
  /** Ends with the window. */
  readonly ephemeral: boolean;
  readonly health: Health;
}

/** An entry of the settings that is no connection. */
export interface BrokenView {
  readonly name: string;
  readonly problem: string;
}

/** Something that is asked of the cluster only when somebody opens it. */
export type Detail<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PveError };

/** Where the tree gets what it shows. */
export interface Sources {
  connections(): readonly ConnectionView[];
  broken(): readonly BrokenView[];
  rows(connectionId: string): ReadonlyMap<string, Row>;
  live(connectionId: string, rowId: string): Live | undefined;
  /** Asks the cluster; never rejects. */
  volumes(connectionId: string, node: string, storage: string): Promise<Detail<readonly Volume[]>>;
  /** Asks the cluster; never rejects. */
  snapshots(connectionId: string, guest: Pick<GuestRow, 'kind' | 'node' | 'vmid'>): Promise<Detail<readonly Snapshot[]>>;
  /** What the connection's user may do, as far as is known. */
  may(connectionId: string): May;
  /** Asks the cluster; never rejects. */
  tasks(connectionId: string): Promise<Detail<readonly TaskRow[]>>;
  /** Milliseconds since the epoch. */
  now(): number;
}
