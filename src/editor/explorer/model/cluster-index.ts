import type { GuestRow, NodeRow, Row } from '../../../inventory/index.ts';
import { naturalOrder } from '../../text/index.ts';
import { type Filter, parseFilter } from './filter.ts';
import type { Grouping, ViewSettings } from './nodes.ts';
import { type StorageEntry, storageEntries } from './storages.ts';

/** Guests that are shown together. */
export interface GuestGroup {
  /** Node, pool or tag; undefined for the guests without one. */
  readonly key: string | undefined;
  /** Row ids in the order shown. */
  readonly guests: readonly string[];
}

/** One connection's rows, arranged as the person wants to see them. */
export interface ClusterIndex {
  /** What it was made from. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly filter: Filter;
  /** Names of the cluster nodes shown. */
  readonly nodes: readonly string[];
  /** All cluster nodes. */
  readonly nodeTotal: number;
  /** By node, pool or tag; empty when grouped by storage, where only the storages know. */
  readonly groups: ReadonlyMap<string | undefined, GuestGroup>;
  readonly templates: readonly string[];
  readonly storages: ReadonlyMap<string, StorageEntry>;
  /** Guests and templates that pass the filter, and all. */
  readonly shown: number;
  readonly total: number;
}

export function buildIndex(rows: ReadonlyMap<string, Row>, settings: ViewSettings): ClusterIndex {
  const filter = parseFilter(settings.filter);
  const groups = new Map<string | undefined, GuestRow[]>();
  const nodes: NodeRow[] = [];
  const nodeNames = new Set<string>();
  const templates: GuestRow[] = [];
  const pools: string[] = [];
  let shown = 0;
  let total = 0;
  for (const row of rows.values()) {
    if (row.kind === 'node') nodes.push(row);
    else if (row.kind === 'pool') pools.push(row.pool);
    else if (row.kind === 'qemu' || row.kind === 'lxc') {
      total++;
      if (!filter.isEmpty && !filter.guest(row)) continue;
      shown++;
      if (row.template) templates.push(row);
      else {
        for (const key of groupsOf(row, settings.grouping)) {
          const group = groups.get(key);
          if (group === undefined) groups.set(key, [row]);
          else group.push(row);
        }
      }
    }
  }
  // A pool without guests exists nonetheless; what does not match a filter need not.
  if (settings.grouping === 'pool' && filter.isEmpty) for (const pool of pools) if (!groups.has(pool)) groups.set(pool, []);
  for (const row of nodes) if (filter.isEmpty || filter.node(row)) nodeNames.add(row.node);
  // A node with a guest to show is shown, even one that has no row of its own.
  if (settings.grouping === 'node') for (const node of groups.keys()) if (node !== undefined) nodeNames.add(node);
  const order = guestOrder(settings.sortBy);
  const sorted = [...groups].sort(([a], [b]) => (a === undefined ? 1 : b === undefined ? -1 : naturalOrder(a, b)));
  // Which guests are on a storage is known only when it is opened, so that grouping keeps them all.
  const storages = storageEntries(rows.values()).filter((entry) => filter.isEmpty || settings.grouping === 'storage' || filter.storage(entry));
  return {
    rows,
    filter,
    nodes: [...nodeNames].sort(naturalOrder),
    nodeTotal: nodes.length,
    groups: new Map(sorted.map(([key, guests]) => [key, { key, guests: guests.sort(order).map(({ id }) => id) }])),
    templates: templates.sort(order).map(({ id }) => id),
    storages: new Map(storages.map((entry) => [entry.key, entry])),
    shown,
    total,
  };
}

/** The row of a cluster node; one that is only known by its guests is of unknown status. */
export function nodeRow(index: ClusterIndex, node: string): NodeRow {
  const row = index.rows.get(`node/${node}`);
  return row?.kind === 'node' ? row : { kind: 'node', id: `node/${node}`, node, status: 'unknown' };
}

/** How many guests a node has, templates among them. */
export function guestsOfNode(index: ClusterIndex, node: string): number {
  let count = 0;
  for (const row of index.rows.values()) if ((row.kind === 'qemu' || row.kind === 'lxc') && row.node === node) count++;
  return count;
}

/** The order of guests; total, so that it is the same after every refresh. */
export function guestOrder(sortBy: ViewSettings['sortBy']): (a: GuestRow, b: GuestRow) => number {
  if (sortBy === 'vmid') return (a, b) => a.vmid - b.vmid;
  return (a, b) => naturalOrder(a.name, b.name) || a.vmid - b.vmid;
}

/** The groups a guest is shown in. */
function groupsOf(row: GuestRow, grouping: Grouping): readonly (string | undefined)[] {
  switch (grouping) {
    case 'node': return [row.node];
    case 'pool': return [row.pool];
    case 'tag': return row.tags.length === 0 ? [undefined] : [...new Set(row.tags)];
    case 'storage': return [];
  }
}

/** Whether a changed row stays where it is in the tree, so that only the row itself has to be repainted. */
export function samePlace(before: Row | undefined, after: Row | undefined, settings: ViewSettings, filter: Filter): boolean {
  if (before === undefined || after === undefined || before.kind !== after.kind) return false;
  switch (after.kind) {
    case 'node': return before.kind === 'node' && (filter.isEmpty || filter.node(before) === filter.node(after));
    case 'pool': return true;
    case 'storage': return before.kind === 'storage' && before.shared === after.shared && before.plugintype === after.plugintype && before.status === after.status;
    case 'qemu':
    case 'lxc':
      return (
        (before.kind === 'qemu' || before.kind === 'lxc') &&
        before.template === after.template &&
        (settings.sortBy === 'vmid' || before.name === after.name) &&
        groupsOf(before, settings.grouping).join('\0') === groupsOf(after, settings.grouping).join('\0') &&
        (filter.isEmpty || filter.guest(before) === filter.guest(after))
      );
  }
}
