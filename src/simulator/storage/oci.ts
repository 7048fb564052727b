import { failure } from '../api/errors.ts';
import { optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { startWorker } from '../guests/worker.ts';
import { checkEnabled } from '../state/storages.ts';
import { findVolume, putVolume, storageUsage } from '../state/volumes.ts';
import { downloadDuration } from './download-log.ts';
import { newFile } from './download-url.ts';
import { checkHasFiles, checkTakes, normaliseFilename } from './file-names.ts';
import { NODE_STORAGE } from './parameters.ts';
import { remoteFile } from './remote-file.ts';
import { folderOf } from './volume-names.ts';

const HOST = String.raw`(?:(?:[a-zA-Z\d]|[a-zA-Z\d][a-zA-Z\d-]*[a-zA-Z\d])(?:\.(?:[a-zA-Z\d]|[a-zA-Z\d][a-zA-Z\d-]*[a-zA-Z\d]))*(?::\d+)?/)?`;
const PART = String.raw`[a-z\d]+(?:(?:[._]|__|-+)[a-z\d]+)*`;
const REPOSITORY = `${HOST}${PART}(?:/${PART})*`;

/** An image of an OCI registry becomes a container template; what it is like follows from its reference. */
function pull(call: Call): string {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const reference = String(parameters['reference']);
  const storage = checkEnabled(cluster, String(parameters['storage']), node);
  checkHasFiles(storage, `can't upload to storage type '${storage.type}', not a file based storage!`);
  checkTakes(storage, 'vztmpl', `storage '${storage.id}' is not configured for content-type 'vztmpl'`);
  const filename = `${normaliseFilename(String(parameters['filename'] ?? reference))}.tar`;
  const volid = `${storage.id}:vztmpl/${filename}`;
  if (findVolume(cluster, volid, node) !== undefined) throw failure(`refusing to override existing file '${filename}'`);
  const { size } = remoteFile(`docker://${reference}/image.tar.gz`);
  return startWorker(call, { node, type: 'ociregistrypull', id: filename }, () => ({
    duration: downloadDuration(size),
    log: [[0.05, 'Getting image source signatures'], [0.9, 'Copying config to image destination'], [0.95, 'Writing manifest to image destination']],
    finish: () => {
      if (storageUsage(cluster, storage, node).avail < size) throw failure(`command 'skopeo copy docker://${reference} oci-archive:${folderOf(storage, 'vztmpl')}/${filename}.tmp' failed: exit code 1`);
      putVolume(cluster, newFile(cluster, { storage, node, content: 'vztmpl', filename }, size, {}));
    },
  }));
}

/** `oci-registry-pull` of a storage, and the tags of a repository, which only the registry itself could tell. */
export const ociRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/nodes/{node}/storage/{storage}/oci-registry-pull', run: pull,
    permissions: { check: ['and', ['perm', '/storage/{storage}', ['Datastore.AllocateTemplate']], ['perm', '/nodes/{node}', ['Sys.AccessNetwork']]] },
    parameters: { ...NODE_STORAGE, reference: string({ pattern: new RegExp(`^${REPOSITORY}:\\w[\\w.-]{0,127}$`) }), filename: optional(string({ minLength: 1, maxLength: 255 })) },
  },
  {
    method: 'GET', path: '/nodes/{node}/query-oci-repo-tags', permissions: { check: ['perm', '/nodes/{node}', ['Sys.AccessNetwork']] },
    parameters: { node: string({ format: 'pve-node' }), reference: string({ pattern: new RegExp(`^${REPOSITORY}$`) }) },
    run: ({ parameters }) => {
      throw failure(`command 'skopeo list-tags docker://${String(parameters['reference'])}' failed: exit code 1`);
    },
  },
];
