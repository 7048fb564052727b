import { failure } from '../api/errors.ts';
import { integer, optional } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { baseInUse } from '../guests/volumes.ts';
import { count, text, userOf } from '../nodes/parameters.ts';
import { checkEnabled, isFileBased, storageById } from '../state/storages.ts';
import { findVolume, free } from '../state/volumes.ts';
import { VOLUME } from './volume-attributes.ts';
import { parseVolumeName, pathOf, volumeId } from './volume-names.ts';

/** Milliseconds that removing takes where it is not just a file that is unlinked. */
const DURATION = 800;

/**
 * With `delay` Proxmox waits for the worker's end and answers null; since nothing here can wait, the worker then is done at once. So it is
 * with files: who uploads a file of the same name right after, as Terraform's provider does, must not lose the new one to the worker.
 */
function remove(call: Call): string | null {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const { volid, storage: id, name } = volumeId(text(call, 'storage'), String(parameters['volume']));
  const { content, vmid } = parseVolumeName(storageById(cluster, id), name);
  if (content === 'backup' && vmid !== undefined) {
    call.demand(`/storage/${id}`, ['Datastore.AllocateSpace']);
    call.demand(`/vms/${vmid}`, ['VM.Backup']);
  } else call.demand(`/storage/${id}`, ['Datastore.Allocate']);
  const waits = count(call, 'delay') !== undefined;
  const atOnce = waits || isFileBased(storageById(cluster, id));
  const upid = cluster.tasks.start({
    node, type: 'imgdel', id: vmid === undefined ? id : `${vmid}@${id}`, user: userOf(call), duration: atOnce ? 0 : DURATION,
    finish: () => freeVolume(call, node, volid, name),
  });
  if (!waits) return upid;
  const { exitstatus = 'OK' } = cluster.tasks.get(upid) ?? {};
  if (exitstatus !== 'OK') throw failure(exitstatus);
  return null;
}

function freeVolume({ cluster }: Call, node: string, volid: string, name: string): string[] {
  const storage = checkEnabled(cluster, volumeId(undefined, volid).storage, node);
  if (baseInUse(cluster, volid)) throw failure(`base volume '${name}' is still in use by linked clones`);
  const volume = findVolume(cluster, volid, node);
  if (volume?.protected) throw failure(`cannot remove protected volume '${name}' on '${storage.id}'`);
  const gone = `Removed volume '${volid}'`;
  if (volume !== undefined) {
    free(cluster, volid, node);
    return storage.type === 'lvm' || storage.type === 'lvmthin' ? [`  Logical volume "${name}" successfully removed.`, gone] : [gone];
  }
  if (!isFileBased(storage)) throw failure(`${storage.type === 'lvm' || storage.type === 'lvmthin' ? 'lvremove' : 'remove'} '${pathOf(storage, name)}' error: volume does not exist`);
  return [`disk image '${pathOf(storage, name)}' does not exist`, gone];
}

export const removalRoute: Route = {
  method: 'DELETE', path: '/nodes/{node}/storage/{storage}/content/{volume}', permissions: { user: 'all' }, run: remove,
  parameters: { ...VOLUME, delay: optional(integer({ minimum: 1, maximum: 30 })) },
};
