import { failure } from '../api/errors.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { text } from '../nodes/parameters.ts';
import type { Storage, Volume } from '../state/cluster.ts';
import { isFileBased, storageById } from '../state/storages.ts';
import { findVolume, volumesOn } from '../state/volumes.ts';
import { STORAGE_ID } from './parameters.ts';
import { demandVolumeAccess } from './volume-access.ts';
import { parseVolumeName, pathOf, volumeId } from './volume-names.ts';

/** `{node}`, `{storage}` and `{volume}` of the path. */
export const VOLUME: Parameters = { node: string({ format: 'pve-node' }), storage: optional(STORAGE_ID), volume: string() };

/** The volume a call's path names, which the caller may look at. */
function volumeOf(call: Call): { readonly storage: Storage; readonly volume: Volume; readonly path: string } {
  const { cluster } = call;
  const { volid, storage: id, name } = volumeId(text(call, 'storage'), String(call.parameters['volume']));
  demandVolumeAccess(call, volid);
  const storage = storageById(cluster, id);
  const path = pathOf(storage, name);
  const volume = findVolume(cluster, volid, String(call.parameters['node']));
  if (volume === undefined) throw failure(isFileBased(storage) ? `volume_size_info on '${volid}' failed - no format` : `failed to stat '${path}'`);
  return { storage, volume, path };
}

function read(call: Call): Record<string, unknown> {
  const { storage, volume, path } = volumeOf(call);
  const { format } = parseVolumeName(storage, volume.volid.slice(storage.id.length + 1));
  return {
    path, size: volume.size, used: volume.used, format,
    ...(volume.notes === undefined ? {} : { notes: volume.notes }),
    ...(volume.content === 'backup' ? { protected: volume.protected ? 1 : 0 } : {}),
  };
}

function update(call: Call): null {
  const { storage, volume } = volumeOf(call);
  const { notes } = call.parameters;
  const wanted = call.parameters['protected'];
  const takesBackups = isFileBased(storage) || storage.type === 'pbs';
  if (notes !== undefined) {
    if (!takesBackups) throw failure(`volume notes are not supported for PVE::Storage::${storage.type}`);
    if (volume.content !== 'backup') throw failure('only backups can have notes');
    if (notes === '') delete volume.notes;
    else volume.notes = String(notes);
  }
  if (wanted === undefined) return null;
  if (!takesBackups) throw failure(`attribute 'protected' is not supported for storage type '${storage.type}'`);
  if (volume.content !== 'backup') throw failure("only backups support attribute 'protected'");
  if (wanted === true && !volume.protected) checkProtectedCount(call, storage, volume);
  volume.protected = wanted === true;
  return null;
}

/** How many backups of a guest may be protected: `max-protected-backups`, else 5 for those who do not run the storage. @returns -1 without limit */
export function maxProtected(call: Call, { id, options }: Storage): number {
  const set = options.get('max-protected-backups');
  return set !== undefined ? Number(set) : call.may(`/storage/${id}`, ['Datastore.Allocate']) ? -1 : 5;
}

function checkProtectedCount(call: Call, storage: Storage, { vmid, subtype }: Volume): void {
  const limit = maxProtected(call, storage);
  if (vmid === undefined || limit < 0) return;
  const others = volumesOn(call.cluster, storage, String(call.parameters['node'])).filter((other) => other.vmid === vmid && other.content === 'backup' && other.subtype === subtype);
  if (others.filter((other) => other.protected).length >= limit) throw failure(`The number of protected backups per guest is limited to ${limit} on storage '${storage.id}'`);
}

export const attributeRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/content/{volume}', permissions: { user: 'all' }, parameters: VOLUME, run: read },
  { method: 'PUT', path: '/nodes/{node}/storage/{storage}/content/{volume}', permissions: { user: 'all' }, parameters: { ...VOLUME, notes: optional(string()), protected: optional(boolean()) }, run: update },
];
