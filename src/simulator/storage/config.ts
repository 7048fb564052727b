import { splitList } from '../../pve/config/index.ts';
import { ApiError, failure } from '../api/errors.ts';
import { oneOf, optional } from '../api/parameters.ts';
import type { Call, ParameterValue, Permissions, Route } from '../api/route.ts';
import { assertUnmodified, secondsOf, sha1, text } from '../nodes/parameters.ts';
import type { Cluster, Storage } from '../state/cluster.ts';
import { contentOf, isShared, storageById } from '../state/storages.ts';
import { capacityOf } from './capacity.ts';
import { checkOptions, pluginOf, typed } from './check-options.ts';
import { CREATE, STORAGE_ID, UPDATE } from './parameters.ts';
import { TYPES } from './plugins.ts';
import { applySensitive, type Returned, type Sensitive } from './sensitive.ts';

const ALLOCATE: Permissions = { check: ['perm', '/storage', ['Datastore.Allocate']] };

function digestOf(cluster: Cluster): string {
  return sha1([...cluster.storages.values()].map(({ id, type, options }) => `${type}: ${id}\n${[...options].map(([name, value]) => `\t${name} ${value}\n`).join('')}`).join('\n'));
}

/** A section of storage.cfg as the API shows it: `content` always, `shared` for types that are, flags as numbers. */
function section(storage: Storage, digest: string): Record<string, string | number> {
  const row: Record<string, string | number> = { storage: storage.id, type: storage.type, digest };
  for (const [name, value] of storage.options) row[name] = typed(name, value);
  row['content'] = contentOf(storage).join(',');
  if (isShared(storage)) row['shared'] = 1;
  return row;
}

function list(call: Call): unknown[] {
  const { cluster } = call;
  const type = text(call, 'type');
  const digest = digestOf(cluster);
  return [...cluster.storages.values()]
    .filter((storage) => call.may(`/storage/${storage.id}`, ['Datastore.Audit', 'Datastore.AllocateSpace'], true) && (type === undefined || storage.type === type))
    .map((storage) => section(storage, digest));
}

/** The options a caller gave, and those of them that never get into storage.cfg. */
function given(call: Call, type: string, remove: readonly string[] = []): { readonly options: Map<string, ParameterValue>; readonly sensitive: Sensitive } {
  const secret = pluginOf(type).sensitive;
  const options = new Map<string, ParameterValue>();
  const sensitive = new Map<string, string | undefined>();
  for (const name of remove) if (secret.includes(name)) sensitive.set(name, undefined);
  for (const [name, value] of Object.entries(call.parameters)) {
    if (value === undefined || ['storage', 'type', 'digest', 'delete'].includes(name)) continue;
    if (secret.includes(name)) sensitive.set(name, String(value));
    else options.set(name, value);
  }
  return { options, sensitive };
}

/** Errors while storage.cfg is locked say what was being done. */
function locked<T>(prefix: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof ApiError && error.status === 500 ? failure(`${prefix}: ${error.message}`) : error;
  }
}

function answer(storage: Storage, config: Returned): Record<string, unknown> {
  return { storage: storage.id, type: storage.type, ...(config === undefined ? {} : { config }) };
}

function create(call: Call): unknown {
  const { cluster } = call;
  const id = String(call.parameters['storage']);
  const type = String(call.parameters['type']);
  const { options, sensitive } = given(call, type);
  if (!options.get('nodes')) options.delete('nodes');
  const checked = checkOptions(type, id, options, true);
  return locked('create storage failed', () => {
    if (cluster.storages.has(id)) throw failure(`storage ID '${id}' already defined`);
    const storage: Storage = { id, type, options: checked, capacity: 0, foreignUse: 0 };
    const config = applySensitive(storage, sensitive, true, secondsOf(call));
    addDefaults(cluster, storage);
    Object.assign(storage, capacityOf(cluster, storage));
    cluster.storages.set(id, storage);
    cluster.volumes.set(id, new Map());
    return answer(storage, config);
  });
}

/** What the plugins' `on_add_hook` looks up and writes into the section. */
function addDefaults(cluster: Cluster, { type, options }: Storage): void {
  if (type === 'zfspool' && !options.has('mountpoint')) options.set('mountpoint', `/${options.get('pool') ?? ''}`);
  if (type === 'zfs') {
    const provider = options.get('iscsiprovider') ?? '';
    if (!['comstar', 'istgt', 'iet', 'LIO'].includes(provider)) throw failure('unknown iscsi provider. Available [comstar, istgt, iet, LIO]');
    if (!options.has('zfs-base-path')) options.set('zfs-base-path', provider === 'comstar' ? '/dev/zvol/rdsk' : '/dev/zvol');
  }
  const base = type === 'lvm' ? options.get('base')?.split(':')[0] : undefined;
  if (base === undefined) return;
  const below = cluster.storages.get(base);
  if (below === undefined) throw failure(`base storage ID '${base}' does not exist`);
  if (below.type !== 'iscsi') throw failure(`unsupported base type '${below.type}'`);
}

function update(call: Call): unknown {
  const { cluster } = call;
  const id = String(call.parameters['storage']);
  return locked('update storage failed', () => {
    assertUnmodified(digestOf(cluster), text(call, 'digest'));
    const storage = storageById(cluster, id);
    const remove = splitList(text(call, 'delete') ?? '');
    const { options, sensitive } = given(call, storage.type, remove);
    const checked = checkOptions(storage.type, id, options, false);
    const plain = remove.filter((name) => !pluginOf(storage.type).sensitive.includes(name));
    for (const name of plain) checkDeletion(storage, name, checked.has(name));
    const config = applySensitive(storage, sensitive, false, secondsOf(call));
    for (const name of plain) storage.options.delete(name);
    for (const [name, value] of checked) storage.options.set(name, value);
    return answer(storage, config);
  });
}

function checkDeletion({ type }: Storage, name: string, isSet: boolean): void {
  const option = pluginOf(type).options.get(name);
  if (option === undefined) throw failure(`no such option '${name}'`);
  if (!option.optional) throw failure(`unable to delete required option '${name}'`);
  if (option.fixed) throw failure(`unable to delete fixed option '${name}'`);
  if (isSet) throw failure(`cannot set and delete property '${name}' at the same time!`);
}

function remove({ cluster, parameters }: Call): null {
  const id = String(parameters['storage']);
  locked('delete storage failed', () => {
    storageById(cluster, id);
    const isBase = [...cluster.storages.values()].some(({ options }) => options.get('base')?.split(':')[0] === id);
    if (isBase) throw failure("can't remove storage - storage is used as base of another storage");
    cluster.storages.delete(id);
    cluster.volumes.delete(id);
  });
  const { acl } = cluster.access;
  acl.splice(0, acl.length, ...acl.filter(({ path }) => path !== `/storage/${id}`));
  for (const pool of cluster.pools.values()) pool.storages.delete(id);
  return null;
}

/** `/storage`: the sections of storage.cfg. */
export const configRoutes: readonly Route[] = [
  { method: 'GET', path: '/storage', permissions: { user: 'all' }, parameters: { type: optional(oneOf(...TYPES)) }, run: list },
  { method: 'POST', path: '/storage', permissions: ALLOCATE, parameters: CREATE, run: create },
  {
    method: 'GET', path: '/storage/{storage}', permissions: { check: ['perm', '/storage/{storage}', ['Datastore.Allocate']] }, parameters: { storage: STORAGE_ID },
    run: ({ cluster, parameters }) => section(storageById(cluster, String(parameters['storage'])), digestOf(cluster)),
  },
  { method: 'PUT', path: '/storage/{storage}', permissions: ALLOCATE, parameters: UPDATE, run: update },
  { method: 'DELETE', path: '/storage/{storage}', permissions: ALLOCATE, parameters: { storage: STORAGE_ID }, run: remove },
];
