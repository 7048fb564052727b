import { failure } from '../api/errors.ts';
import { optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { copyDuration, copyLines } from '../guests/progress.ts';
import { checkNodeExists } from '../guests/lookup.ts';
import { startWorker } from '../guests/worker.ts';
import { text } from '../nodes/parameters.ts';
import type { Storage, Volume } from '../state/cluster.ts';
import { checkEnabled, isShared, storageById } from '../state/storages.ts';
import { findVolume, putVolume, storageUsage } from '../state/volumes.ts';
import { VOLUME } from './volume-attributes.ts';
import { parseVolumeName, volumeId } from './volume-names.ts';

/** Only root@pam may; Proxmox calls it experimental. */
function copy(call: Call): string {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const source = volumeId(text(call, 'storage'), String(parameters['volume']));
  const target = volumeId(text(call, 'storage'), String(parameters['target']));
  const targetNode = text(call, 'target_node') ?? node;
  return startWorker(call, { node, type: 'imgcopy', id: '' }, () => {
    checkNodeExists(cluster, targetNode);
    const volume = findVolume(cluster, source.volid, node);
    parseVolumeName(storageById(cluster, source.storage), source.name);
    if (volume === undefined) throw failure(`volume '${source.volid}' does not exist`);
    const storage = checkEnabled(cluster, target.storage, targetNode);
    checkTarget(call, storage, targetNode, target.volid, volume);
    return {
      duration: 1000 + copyDuration(volume.size),
      log: [[0, `copying '${source.volid}' to '${target.volid}' on node '${targetNode}'`], ...copyLines(volume.size, 0.05, 0.98)],
      finish: () => {
        checkTarget(call, storage, targetNode, target.volid, volume);
        const { vmid } = parseVolumeName(storage, target.name);
        const { content, format, size, used } = volume;
        const ctime = Math.floor(cluster.clock.now() / 1000);
        putVolume(cluster, { volid: target.volid, storage: storage.id, content, format, size, used, ctime, ...(isShared(storage) ? {} : { node: targetNode }), ...(vmid === undefined ? {} : { vmid }) });
        return [`successfully imported '${target.volid}'`];
      },
    };
  });
}

function checkTarget({ cluster }: Call, storage: Storage, node: string, volid: string, volume: Volume): void {
  parseVolumeName(storage, volid.slice(storage.id.length + 1));
  if (findVolume(cluster, volid, node) !== undefined) throw failure(`volume '${volid}' already exists`);
  if (storageUsage(cluster, storage, node).avail < volume.used) throw failure(`storage '${storage.id}' has not enough free space`);
}

export const copyRoute: Route = {
  method: 'POST', path: '/nodes/{node}/storage/{storage}/content/{volume}', run: copy,
  parameters: { ...VOLUME, target: string(), target_node: optional(string({ format: 'pve-node' })) },
};
