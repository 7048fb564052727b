import { printPropertyString, parsePropertyString } from '../../pve/config/index.ts';
import { failure } from '../api/errors.ts';
import { optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { text } from '../nodes/parameters.ts';
import { hasContent, storageById } from '../state/storages.ts';
import { findVolume } from '../state/volumes.ts';
import { demandVolumeAccess, folderOf, parseVolumeId } from '../storage/index.ts';
import { vzdumpRoute } from './vzdump.ts';

const NODE = string({ format: 'pve-node' });

/** What vzdump does when a call does not say otherwise; the nodes have no `/etc/vzdump.conf`. */
const DEFAULTS = {
  all: 0, bwlimit: 0, compress: '0', fleecing: { enabled: 0 }, ionice: 7, lockwait: 180, mailnotification: 'always', mode: 'snapshot', 'notification-mode': 'auto',
  performance: { 'max-workers': 16, 'pbs-entries-max': 1_048_576 }, pigz: 0, quiet: 0, remove: 1, stdexcludes: 1, stop: 0, stopwait: 10, zstd: 1,
} as const;

function defaults(call: Call): Record<string, unknown> {
  const node = String(call.parameters['node']);
  const id = text(call, 'storage') ?? 'local';
  call.demand(`/storage/${id}`, ['Datastore.Audit', 'Datastore.AllocateSpace'], true);
  const storage = storageById(call.cluster, id);
  if (!hasContent(storage, 'backup')) throw failure(`can't use storage '${id}' for backups - wrong content type`);
  const keep = storage.options.get('prune-backups');
  const { ionice, ...rest } = DEFAULTS;
  return {
    ...rest,
    storage: id,
    'prune-backups': keep === undefined ? 'keep-all=1' : printPropertyString(parsePropertyString('prune-backups', keep)),
    ...(call.may(`/nodes/${node}`, ['Sys.Audit']) ? { ionice, ...(storage.type === 'pbs' ? {} : { dumpdir: folderOf(storage, 'backup') }) } : {}),
  };
}

function extractConfig(call: Call): string {
  const { cluster, parameters } = call;
  const volid = String(parameters['volume']);
  if (volid.startsWith('/')) throw failure('Only root can pass arbitrary filesystem paths.');
  demandVolumeAccess(call, volid, 'backup');
  const { vmid, name } = parseVolumeId(cluster, volid);
  call.demand(`/vms/${vmid ?? ''}`, ['VM.Backup']);
  const backup = findVolume(cluster, volid, String(parameters['node']));
  if (backup === undefined) throw failure(`archive '${name}' does not exist`);
  if (backup.config === undefined) throw failure(`cannot determine backup guest type for backup archive '${volid}'`);
  return backup.config;
}

/** `/nodes/{node}/vzdump`: backups of guests. */
export const routes: readonly Route[] = [
  vzdumpRoute,
  { method: 'GET', path: '/nodes/{node}/vzdump/defaults', permissions: { user: 'all' }, parameters: { node: NODE, storage: optional(string({ format: 'pve-storage-id' })) }, run: defaults },
  { method: 'GET', path: '/nodes/{node}/vzdump/extractconfig', permissions: { user: 'all' }, parameters: { node: NODE, volume: string() }, run: extractConfig },
];
