import { failure, parameterError } from '../api/errors.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { checkEnabled, isFileBased, storageById } from '../state/storages.ts';
import { findVolume } from '../state/volumes.ts';
import { NODE_STORAGE } from './parameters.ts';
import { demandVolumeAccess } from './volume-access.ts';
import { pathOf, volumeId } from './volume-names.ts';

/** A backup by its id, its name or the last part of it. */
function backupId(storage: string, volume: string): string {
  if (/^[a-z][a-z0-9\-_.]*[a-z0-9]:./i.test(volume)) {
    const id = volumeId(undefined, volume).storage;
    if (id !== storage) throw parameterError({ volume: `storage ID mismatch (${id} != ${storage}).` });
    return volume;
  }
  return volume.startsWith('backup/') ? `${storage}:${volume}` : `${storage}:backup/${volume}`;
}

/** Files inside backups can be seen only on a backup server, and the simulated ones keep no files. */
function restoreFile(call: Call): never {
  const { cluster, parameters } = call;
  const storage = String(parameters['storage']);
  const volid = backupId(storage, String(parameters['volume']));
  const { type } = storageById(cluster, storage);
  demandVolumeAccess(call, volid, 'backup');
  if (type !== 'pbs') throw parameterError({ storage: 'Only PBS storages supported for file-restore.' });
  throw failure(findVolume(cluster, volid) === undefined ? `snapshot '${volid}' does not exist` : 'the simulated backup server keeps no files');
}

/** What a VM from elsewhere would need; nothing is looked at that was not really uploaded. */
function importMetadata(call: Call): never {
  const { cluster, parameters } = call;
  const id = String(parameters['storage']);
  const name = String(parameters['volume']);
  const volid = `${id}:${name}`;
  demandVolumeAccess(call, volid);
  const storage = checkEnabled(cluster, id, String(parameters['node']));
  if (!isFileBased(storage) && storage.type !== 'esxi') throw failure('storage does not support the importer API');
  if (findVolume(cluster, volid, String(parameters['node'])) === undefined) throw failure(`volume '${volid}' does not exist`);
  if (!/\.(?:ova|ovf)$/.test(name)) throw failure(`import metadata can only be read from ova and ovf files, not '${name}'`);
  throw failure(`error parsing '${pathOf(storage, name)}': the contents of uploaded files are not kept`);
}

const FILE: Parameters = { ...NODE_STORAGE, volume: string(), filepath: string() };

export const foreignRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/file-restore/list', permissions: { user: 'all' }, parameters: FILE, run: restoreFile },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/file-restore/download', permissions: { user: 'all' }, parameters: { ...FILE, tar: optional(boolean()) }, run: restoreFile },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/import-metadata', permissions: { user: 'all' }, parameters: { ...NODE_STORAGE, volume: string() }, run: importMetadata },
];
