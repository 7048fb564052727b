import type { Row, StorageRow } from '../../../inventory/index.ts';
import { naturalOrder } from '../../text/index.ts';

/** A storage as the explorer shows it: one that is shared once, others once per node. */
export interface StorageEntry {
  /** Unique within a connection: `storage` when shared, else `storage@node`. */
  readonly key: string;
  readonly storage: string;
  readonly shared: boolean;
  /** The nodes that have it, those where it is available first: content is asked of the first. */
  readonly nodes: readonly string[];
  /** The inventory's rows, in the order of `nodes`. */
  readonly rowIds: readonly string[];
  readonly plugintype?: string;
  /** Kinds of volumes it takes. */
  readonly content: readonly string[];
  readonly available: boolean;
}

/** The storages among the rows, sorted by name, then node. */
export function storageEntries(rows: Iterable<Row>): readonly StorageEntry[] {
  const byKey = new Map<string, StorageRow[]>();
  for (const row of rows) {
    if (row.kind !== 'storage') continue;
    const key = row.shared ? row.storage : `${row.storage}@${row.node}`;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [row]);
    else known.push(row);
  }
  const entries: StorageEntry[] = [];
  for (const [key, members] of byKey) {
    members.sort((a, b) => Number(isAvailable(b)) - Number(isAvailable(a)) || naturalOrder(a.node, b.node));
    const first = members[0];
    if (first === undefined) continue;
    entries.push({
      key,
      storage: first.storage,
      shared: first.shared,
      nodes: members.map(({ node }) => node),
      rowIds: members.map(({ id }) => id),
      available: isAvailable(first),
      content: first.content,
      ...(first.plugintype !== undefined && { plugintype: first.plugintype }),
    });
  }
  return entries.sort((a, b) => naturalOrder(a.storage, b.storage) || naturalOrder(a.nodes[0] ?? '', b.nodes[0] ?? ''));
}

function isAvailable(row: StorageRow): boolean {
  return row.status === 'available';
}
