import { failure } from '../api/errors.ts';
import { oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { startWorker } from '../guests/worker.ts';
import { count, text } from '../nodes/parameters.ts';
import type { Cluster, Storage } from '../state/cluster.ts';
import { checkEnabled, hasContent, storageById } from '../state/storages.ts';
import { free, volumesOn } from '../state/volumes.ts';
import { NODE_STORAGE, SEE, VMID } from './parameters.ts';
import { type Mark, parseRetention, type PruneEntry, pruneList, type Retention } from './prune-marks.ts';

interface Pruning {
  readonly storage: Storage;
  readonly node: string;
  readonly retention: Retention;
  readonly vmid?: number | undefined;
  readonly type?: string | undefined;
}

/** What pruning would remove (PVE::Storage::prune_backups, dry run). */
export function listPruning(cluster: Cluster, { storage, node, retention, vmid, type }: Pruning): (PruneEntry & { mark: Mark })[] {
  const backups = volumesOn(cluster, storage, node).filter(({ content }) => content === 'backup').sort((a, b) => (a.volid < b.volid ? -1 : 1));
  return pruneList(backups, retention, { vmid, type });
}

/** Removes what {@link listPruning} marks. @returns the volume ids that are gone */
export function prune(cluster: Cluster, pruning: Pruning): string[] {
  const gone = listPruning(cluster, pruning).filter(({ mark }) => mark === 'remove').map(({ volid }) => volid);
  for (const volid of gone) free(cluster, volid, pruning.node);
  return gone;
}

function pruningOf(call: Call): Pruning {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const storage = storageById(cluster, String(parameters['storage']));
  if (!hasContent(storage, 'backup')) throw failure(`storage '${storage.id}' does not support backups`);
  const options = text(call, 'prune-backups') ?? storage.options.get('prune-backups');
  if (options === undefined) throw failure(`no prune-backups options configured for storage '${storage.id}'`);
  checkEnabled(cluster, storage.id, node);
  return { storage, node, retention: parseRetention(options), vmid: count(call, 'vmid'), type: text(call, 'type') };
}

function remove(call: Call): string {
  const { cluster, parameters } = call;
  const id = String(parameters['storage']);
  const vmid = count(call, 'vmid');
  if (vmid === undefined) call.demand(`/storage/${id}`, ['Datastore.Allocate']);
  else {
    call.demand(`/storage/${id}`, ['Datastore.AllocateSpace']);
    call.demand(`/vms/${vmid}`, ['VM.Backup']);
  }
  return startWorker(call, { node: String(parameters['node']), type: 'prunebackups', id: vmid === undefined ? id : `${vmid}@${id}` }, () => {
    const pruning = pruningOf(call);
    return { duration: 1200, finish: () => prune(cluster, pruning).map((volid) => `removing backup '${volid}'`) };
  });
}

const PARAMETERS = { ...NODE_STORAGE, 'prune-backups': optional(string({ format: 'prune-backups' })), type: optional(oneOf('qemu', 'lxc')), vmid: optional(VMID) };

/** `/nodes/{node}/storage/{storage}/prunebackups`: which backups the retention keeps, and the removal of the others. */
export const pruneRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/prunebackups', permissions: SEE, parameters: PARAMETERS, run: (call) => listPruning(call.cluster, pruningOf(call)) },
  { method: 'DELETE', path: '/nodes/{node}/storage/{storage}/prunebackups', permissions: { user: 'all' }, parameters: PARAMETERS, run: remove },
];
