import type { Row } from '../../../inventory/index.ts';
import { guestsOf, type ImportScope } from '../../../terraform/index.ts';
import type { Target } from '../../explorer/index.ts';

/** What is to be imported, and from where. */
export interface ImportRequest {
  readonly connectionId: string;
  readonly scope: ImportScope;
  /** What the folder of a new project is called: the connection's, the pool's, the node's or the guest's name; not made harmless. */
  readonly name: string;
}

type RowsOf = (connectionId: string) => ReadonlyMap<string, Row>;

/**
 * What an import of some items of the explorer is about.
 * @param nameOf what a connection is called
 * @returns in words what cannot be imported; undefined where there is nothing to import among them
 */
export function importRequest(targets: readonly Target[], rowsOf: RowsOf, nameOf: (connectionId: string) => string): ImportRequest | string | undefined {
  const scoped = targets.flatMap((target) => scopeOf(target) ?? []);
  const [first] = scoped;
  if (first === undefined) return undefined;
  const { connectionId } = first;
  if (scoped.some((each) => each.connectionId !== connectionId)) return 'A Terraform project is about one cluster. Select guests of one connection.';
  if (scoped.length === 1) return { connectionId, scope: first.scope, name: nameOfScope(first.scope, rowsOf(connectionId)) ?? nameOf(connectionId) };
  const ids = new Set(scoped.flatMap(({ scope }) => guestsOf(rowsOf(connectionId), scope).map(({ id }) => id)));
  return { connectionId, scope: { kind: 'guests', ids: [...ids] }, name: nameOf(connectionId) };
}

function scopeOf({ node, connectionId }: Target): { readonly connectionId: string; readonly scope: ImportScope } | undefined {
  switch (node.type) {
    case 'connection': return { connectionId, scope: { kind: 'cluster' } };
    case 'node': return { connectionId, scope: { kind: 'node', node: node.node } };
    case 'guest': return { connectionId, scope: { kind: 'guests', ids: [node.rowId] } };
    case 'group': return node.group === 'pool' && node.key !== undefined ? { connectionId, scope: { kind: 'pool', pool: node.key } } : undefined;
    default: return undefined;
  }
}

function nameOfScope(scope: ImportScope, rows: ReadonlyMap<string, Row>): string | undefined {
  switch (scope.kind) {
    case 'cluster': return undefined;
    case 'node': return scope.node;
    case 'pool': return scope.pool;
    case 'guests': return guestsOf(rows, scope)[0]?.name;
  }
}

/** A name as that of a folder: what no file system minds. */
export function folderName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return plain === '' ? 'cluster' : plain.slice(0, 60);
}
