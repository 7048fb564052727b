import type { HclBody, HclExpression } from '../../syntax/index.ts';

export type MadeKind = 'pool' | 'bridge' | 'storage' | 'file';

/** Something that a resource brings into being, by its name. */
export interface Made {
  readonly kind: MadeKind;
  readonly name: HclExpression;
}

/** What applying a resource brings into being that other resources may name. A file is called by the last part of its path. */
export function* madeBy(type: string, body: HclBody): Generator<Made> {
  if (/_pool$/.test(type)) yield* named('pool', body, 'pool_id');
  if (/_network_linux_/.test(type)) yield* named('bridge', body, 'name');
  if (/_sdn_vnet$/.test(type)) yield* named('bridge', body, 'id');
  if (/_storage_/.test(type)) yield* named('storage', body, 'id');
  if (!/_(?:download_file|file|oci_image)$/.test(type)) return;
  for (const attribute of ['file_name', 'url', 'reference']) yield* named('file', body, attribute);
  for (const { body: source } of body.blocks) {
    const before = [...named('file', source, 'file_name')];
    yield* before.length > 0 ? before : named('file', source, 'path');
  }
}

function* named(kind: MadeKind, { attributes }: HclBody, wanted: string): Generator<Made> {
  for (const { name, value } of attributes) if (name === wanted && value.kind !== 'missing' && value.kind !== 'null') yield { kind, name: value };
}
