import { createHash } from 'node:crypto';
import { splitList } from '../../pve/config/index.ts';
import { failure, parameterError } from '../api/errors.ts';
import { boolean, oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { text } from '../nodes/parameters.ts';
import type { Cluster, Storage } from '../state/cluster.ts';
import type { Timeframe } from '../state/counters.ts';
import { availableOn, checkEnabled, contentOf, isDisabled, isShared } from '../state/storages.ts';
import { storageUsage } from '../state/volumes.ts';
import { pluginOf } from './check-options.ts';
import { NODE_STORAGE, SEE, STORAGE_ID } from './parameters.ts';
import { storageSeries } from './series.ts';

const SUBDIRS = ['content', 'download-url', 'file-restore', 'import-metadata', 'identity', 'oci-registry-pull', 'prunebackups', 'rrd', 'rrddata', 'status', 'upload'];

/** A storage as a node sees it (one entry of PVE::Storage::storage_info). */
function statusOf(cluster: Cluster, storage: Storage, node: string): Record<string, unknown> {
  const enabled = !isDisabled(storage) && availableOn(storage, node);
  const usage = enabled ? storageUsage(cluster, storage, node) : { total: 0, used: 0, avail: 0 };
  const on = enabled ? 1 : 0;
  return { type: storage.type, content: contentOf(storage).join(','), enabled: on, active: on, shared: isShared(storage) ? 1 : 0, ...usage };
}

/** The image formats a storage takes, both as they are told now (`formats`) and as they were (`format`). */
function formatsOf({ type, options }: Storage): Record<string, unknown> {
  const { formats, selectExisting } = pluginOf(type);
  const chain = options.get('snapshot-as-volume-chain') === '1';
  const supported = type === 'lvm' && !chain ? ['raw'] : formats.supported;
  const preferred = type === 'lvm' && chain ? 'qcow2' : (options.get('format') ?? formats.default);
  return {
    formats: { supported, default: preferred },
    format: [Object.fromEntries(supported.map((format) => [format, 1])), preferred],
    ...(selectExisting ? { select_existing: 1 } : {}),
  };
}

function list(call: Call): unknown[] {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const target = text(call, 'target');
  const wanted = parameters['content'] === undefined ? undefined : splitList(String(parameters['content']));
  const only = text(call, 'storage');
  const rows: Record<string, unknown>[] = [];
  let found = only === undefined;
  for (const storage of cluster.storages.values()) {
    const row = statusOf(cluster, storage, node);
    if (wanted !== undefined && (row['enabled'] === 0 || !wanted.some((type) => contentOf(storage).includes(type)))) continue;
    if (storage.id === only) found = true;
    if ((only !== undefined && storage.id !== only) || !call.may(`/storage/${storage.id}`, ['Datastore.Audit', 'Datastore.AllocateSpace'], true)) continue;
    if (parameters['enabled'] === true && isDisabled(storage)) continue;
    if (target !== undefined && target !== node && target !== 'localhost' && !(isShared(storage) && availableOn(storage, node) && availableOn(storage, target))) continue;
    const { total, used } = row as { total: number; used: number };
    rows.push({ storage: storage.id, ...row, ...(total > 0 ? { used_fraction: used / total } : {}), ...(parameters['format'] === true && row['enabled'] === 1 ? formatsOf(storage) : {}) });
  }
  if (!found) throw parameterError({ storage: 'No such storage.' });
  return rows;
}

function existing({ cluster, parameters }: Call): Storage {
  const storage = cluster.storages.get(String(parameters['storage']));
  if (storage === undefined) throw parameterError({ storage: 'No such storage.' });
  return storage;
}

/** Only backup servers have an identity of their own. */
function identity({ cluster, parameters }: Call): unknown {
  const { type, options } = checkEnabled(cluster, String(parameters['storage']), String(parameters['node']));
  if (type !== 'pbs') throw failure('get_identity not implemented for this plugin at /usr/share/perl5/PVE/Storage/Plugin.pm line 2681.');
  const id = createHash('sha1').update(`${options.get('server') ?? ''}:${options.get('port') ?? '8007'}`).digest('hex');
  return { type, id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5') };
}

const TIMEFRAME = oneOf('hour', 'day', 'week', 'month', 'year');
const CF = optional(oneOf('AVERAGE', 'MAX'));

/** `/nodes/{node}/storage`: the storages as a node sees them. */
export const statusRoutes: readonly Route[] = [
  {
    method: 'GET', path: '/nodes/{node}/storage', permissions: { user: 'all' }, run: list,
    parameters: {
      node: string({ format: 'pve-node' }), storage: optional(STORAGE_ID), content: optional(string({ format: 'pve-storage-content-list' })), enabled: optional(boolean()),
      target: optional(string({ format: 'pve-node' })), format: optional(boolean()),
    },
  },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}', permissions: SEE, anywhere: true, parameters: NODE_STORAGE, run: () => SUBDIRS.map((subdir) => ({ subdir })) },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/status', permissions: SEE, parameters: NODE_STORAGE, run: (call) => statusOf(call.cluster, existing(call), String(call.parameters['node'])) },
  {
    method: 'GET', path: '/nodes/{node}/storage/{storage}/rrddata', permissions: SEE, parameters: { ...NODE_STORAGE, timeframe: TIMEFRAME, cf: CF },
    run: (call) => storageSeries(call.cluster, existing(call), String(call.parameters['node']), text(call, 'timeframe') as Timeframe),
  },
  {
    // The pictures are drawn from files of the old layout, which a node installed with Proxmox VE 9 does not have.
    method: 'GET', path: '/nodes/{node}/storage/{storage}/rrd', permissions: SEE, parameters: { ...NODE_STORAGE, timeframe: TIMEFRAME, cf: CF, ds: string({ format: 'pve-configid-list' }) },
    run: ({ parameters }) => {
      throw failure(`opening '/var/lib/rrdcached/db/pve2-storage/${String(parameters['node'])}/${String(parameters['storage'])}': No such file or directory`);
    },
  },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/identity', permissions: SEE, parameters: NODE_STORAGE, run: identity },
];
