import { createHash } from 'node:crypto';
import { failure } from '../api/errors.ts';
import { oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { copyDuration } from '../guests/progress.ts';
import { startWorker } from '../guests/worker.ts';
import { answeringNode } from '../nodes/answering.ts';
import { checkEnabled } from '../state/storages.ts';
import { findVolume, putVolume, storageUsage } from '../state/volumes.ts';
import { CHECKSUM_PARAMETERS, expectedChecksum, newFile } from './download-url.ts';
import { checkFilename, checkHasFiles, checkTakes, type FileContent, normaliseFilename } from './file-names.ts';
import { ALLOCATE_TEMPLATE, NODE_STORAGE } from './parameters.ts';
import { folderOf } from './volume-names.ts';

/** Puts an uploaded file onto a storage, over one of the same name. Its bytes are not looked at. */
function upload(call: Call): string {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const content = String(parameters['content']) as FileContent;
  const storage = checkEnabled(cluster, String(parameters['storage']), node);
  checkHasFiles(storage, `can't upload to storage type '${storage.type}'`);
  const file = call.upload;
  if (file === undefined) throw failure('missing temporary file name');
  const filename = normaliseFilename(String(parameters['filename']));
  checkFilename(content, filename);
  checkTakes(storage, content, `storage '${storage.id}' does not support '${content}' content`);
  const temporary = `/var/tmp/pveupload-${createHash('md5').update(`${filename}${cluster.clock.now()}`).digest('hex')}`;
  const target = `${folderOf(storage, content)}/${filename}`;
  const command = copyCommand(call, node, temporary, target, storage.id);
  const checksum = expectedChecksum(call);
  return startWorker(call, { node: answeringNode(cluster), type: 'imgcopy', id: '' }, () => {
    const head: [number, string][] = [[0, `starting file import from: ${temporary}`]];
    if (checksum !== undefined) {
      const got = file.checksums[checksum.algorithm] ?? '';
      const verified = got === checksum.expected.toLowerCase();
      head.push([0.1, verified ? 'calculating checksum...OK, checksum verified' : 'calculating checksum...']);
      if (!verified) return { duration: 500, log: head, finish: () => fail(`checksum mismatch: got '${got}' != expect '${checksum.expected}'`) };
    }
    return {
      duration: 500 + copyDuration(file.size),
      log: [...head, [0.15, `target node: ${node}`], [0.15, `target file: ${target}`], [0.15, `file size is: ${file.size}`], [0.15, `command: ${command}`]],
      finish: () => {
        const replaced = findVolume(cluster, `${storage.id}:${content}/${filename}`, node)?.used ?? 0;
        if (storageUsage(cluster, storage, node).avail + replaced < file.size) throw failure('import failed: cp: error writing \'' + target + '\': No space left on device');
        putVolume(cluster, newFile(cluster, { storage, node, content, filename }, file.size, file.checksums));
        return ['finished file import successfully'];
      },
    };
  });
}

function fail(message: string): never {
  throw failure(message);
}

/** The node that is asked copies the file to where it belongs, to another node by SSH. */
function copyCommand({ cluster }: Call, node: string, from: string, to: string, storage: string): string {
  if (node === answeringNode(cluster)) return `cp -- ${from} ${to}`;
  const target = cluster.nodes.get(node);
  const address = target?.ip ?? node;
  const options = `-o BatchMode=yes -o HostKeyAlias=${node}`;
  if (target?.online !== true) throw failure(`can't activate storage '${storage}' on node '${node}': command '/usr/bin/ssh ${options} ${address} -- /usr/sbin/pvesm status --storage ${storage}' failed: exit code 255`);
  return `/usr/bin/scp ${options} -p -- ${from} [${address}]:${to}`;
}

export const uploadRoute: Route = {
  method: 'POST', path: '/nodes/{node}/storage/{storage}/upload', permissions: ALLOCATE_TEMPLATE, anywhere: true, run: upload,
  parameters: {
    ...NODE_STORAGE, ...CHECKSUM_PARAMETERS, content: { ...oneOf('iso', 'vztmpl', 'import'), format: 'pve-storage-content' }, filename: string({ maxLength: 255 }),
    tmpfilename: optional(string({ pattern: /^\/var\/tmp\/pveupload-[0-9a-f]+$/ })),
  },
};
