import type { ClusterIndex } from './cluster-index.ts';
import { volumeName } from './contents.ts';
import type { ExplorerNode } from './nodes.ts';

/** What a command that was called on a node is about. */
export interface Target {
  readonly node: Exclude<ExplorerNode, { type: 'notice' }>;
  readonly connectionId: string;
  /** The inventory's row, where there is one; of a snapshot its guest's, of a volume its storage's. */
  readonly rowId: string | undefined;
  /** As the cluster says it, not made harmless; undefined for a connection and what is only a heading. */
  readonly name: string | undefined;
}

export function targetOf(node: ExplorerNode, index: ClusterIndex | undefined): Target | undefined {
  if (node.type === 'notice') return undefined;
  const rowId = rowIdOf(node, index);
  return { node, connectionId: node.connectionId, rowId, name: nameOf(node, index) };
}

function rowIdOf(node: ExplorerNode, index: ClusterIndex | undefined): string | undefined {
  switch (node.type) {
    case 'guest':
    case 'snapshot':
      return node.rowId;
    case 'node': return `node/${node.node}`;
    case 'storage': return index?.storages.get(node.key)?.rowIds[0];
    case 'volume': return index?.storages.get(node.storageKey)?.rowIds[0];
    default: return undefined;
  }
}

function nameOf(node: ExplorerNode, index: ClusterIndex | undefined): string | undefined {
  switch (node.type) {
    case 'guest': {
      const row = index?.rows.get(node.rowId);
      return row?.kind === 'qemu' || row?.kind === 'lxc' ? row.name : undefined;
    }
    case 'node': return node.node;
    case 'storage': return index?.storages.get(node.key)?.storage;
    case 'volume': return volumeName(node.volume);
    case 'snapshot': return node.snapshot.name;
    default: return undefined;
  }
}
