import { optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { count, text } from '../nodes/parameters.ts';
import type { Volume } from '../state/cluster.ts';
import { checkEnabled, contentOf, isFileBased } from '../state/storages.ts';
import { volumesOn } from '../state/volumes.ts';
import { allocationRoute } from './allocate.ts';
import { copyRoute } from './copy.ts';
import { removalRoute } from './remove.ts';
import { NODE_STORAGE, SEE, VMID } from './parameters.ts';
import { mayAccessVolume } from './volume-access.ts';
import { attributeRoutes } from './volume-attributes.ts';

/** Content that a `vmid` filter leaves in, other than what belongs to that guest. */
const WITHOUT_OWNER = new Set(['snippets', 'import']);

function list(call: Call): unknown[] {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const storage = checkEnabled(cluster, String(parameters['storage']), node);
  const content = text(call, 'content');
  const vmid = count(call, 'vmid');
  const held = contentOf(storage);
  const lower = (volume: Volume): string => volume.volid.toLowerCase();
  return volumesOn(cluster, storage, node)
    .filter((volume) => held.includes(volume.content) && (content === undefined || volume.content === content))
    .filter((volume) => vmid === undefined || volume.vmid === vmid || WITHOUT_OWNER.has(volume.content))
    .filter(({ volid }) => mayAccessVolume(call, volid))
    .sort((a, b) => (lower(a) < lower(b) ? -1 : 1))
    .map((volume) => row(volume, isFileBased(storage)));
}

/** A volume as lists tell it; only the first line of its notes. */
function row(volume: Volume, inFile: boolean): Record<string, unknown> {
  const { volid, content, format, size, used, ctime, vmid, parent, notes, subtype } = volume;
  const isImage = content === 'images' || content === 'rootdir';
  return {
    volid, content, format, size, ctime,
    ...(isImage && inFile ? { used } : {}),
    ...(vmid === undefined ? {} : { vmid }),
    ...(parent === undefined ? {} : { parent }),
    ...(content === 'backup' ? { subtype: subtype ?? 'unknown' } : {}),
    ...(notes ? { notes: notes.split('\n')[0] } : {}),
    ...(volume.protected ? { protected: 1 } : {}),
  };
}

/** `/nodes/{node}/storage/{storage}/content`. */
export const contentRoutes: readonly Route[] = [
  {
    method: 'GET', path: '/nodes/{node}/storage/{storage}/content', permissions: SEE, run: list,
    parameters: { ...NODE_STORAGE, content: optional(string({ format: 'pve-storage-content' })), vmid: optional(VMID) },
  },
  allocationRoute,
  ...attributeRoutes,
  removalRoute,
  copyRoute,
];
