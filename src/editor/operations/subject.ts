import type { GuestTarget, NodeTarget, PoolTarget, StorageTarget, VolumeTarget } from '../../changes/index.ts';
import type { Row } from '../../inventory/index.ts';
import type { Target as Shown } from '../explorer/index.ts';

type Rows = ReadonlyMap<string, Row>;

/** Something of a cluster that an operation is about. */
export type Subject = { readonly connectionId: string } & (
  | { readonly target: GuestTarget; /** When it is one of the guest's snapshots. */ readonly snapshot?: string }
  | { readonly target: NodeTarget }
  | { readonly target: PoolTarget }
  | { readonly target: StorageTarget }
  | { readonly target: VolumeTarget; readonly vmid?: number; readonly content: string }
);
export type GuestSubject = Extract<Subject, { readonly target: GuestTarget }>;

export function guestTarget(rows: Rows, rowId: string): GuestTarget | undefined {
  const row = rows.get(rowId);
  return row?.kind === 'qemu' || row?.kind === 'lxc' ? { kind: 'guest', type: row.kind, vmid: row.vmid, node: row.node, ...(row.name === '' ? {} : { name: row.name }) } : undefined;
}

/** What an item of the explorer is to operations; undefined when they are not about such things, or it is gone. */
export function subjectOf({ node, connectionId, rowId }: Shown, rows: Rows): Subject | undefined {
  switch (node.type) {
    case 'guest':
    case 'snapshot': {
      const target = guestTarget(rows, node.rowId);
      return target && { connectionId, target, ...(node.type === 'snapshot' ? { snapshot: node.snapshot.name } : {}) };
    }
    case 'node': return { connectionId, target: { kind: 'node', node: node.node } };
    case 'group': return node.group === 'pool' && node.key !== undefined ? { connectionId, target: { kind: 'pool', pool: node.key } } : undefined;
    case 'storage':
    case 'volume': {
      const row = rowId === undefined ? undefined : rows.get(rowId);
      if (row?.kind !== 'storage') return undefined;
      const place = { storage: row.storage, node: row.node };
      if (node.type === 'storage') return { connectionId, target: { kind: 'storage', ...place } };
      const { volid, vmid, content } = node.volume;
      return { connectionId, target: { kind: 'volume', volid, ...place }, content, ...(vmid === undefined ? {} : { vmid }) };
    }
    default: return undefined;
  }
}
