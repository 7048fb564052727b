import { createHash } from 'node:crypto';
import { failure } from '../api/errors.ts';
import { boolean, oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { startWorker, type Work } from '../guests/worker.ts';
import { text } from '../nodes/parameters.ts';
import type { Cluster, Storage, Volume } from '../state/cluster.ts';
import { checkEnabled, isShared } from '../state/storages.ts';
import { findVolume, putVolume, storageUsage } from '../state/volumes.ts';
import { downloadDuration, type LogLine, wgetLines } from './download-log.ts';
import { checkFilename, checkHasFiles, checkTakes, type FileContent, fileFormat, normaliseFilename } from './file-names.ts';
import { NODE_STORAGE } from './parameters.ts';
import { CHECKSUMS, type ChecksumAlgorithm, remoteChecksum, remoteFile } from './remote-file.ts';
import { folderOf } from './volume-names.ts';

/** A file to fetch, and where it goes. */
export interface Download {
  readonly url: string;
  readonly storage: Storage;
  readonly node: string;
  readonly content: FileContent;
  readonly filename: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly expected: string };
  readonly compression?: string | undefined;
}

/** Programs that unpack a downloaded ISO image. */
const DECOMPRESSORS = new Set(['gz', 'lzo', 'zst', 'bz2']);
/** How much larger it is then. */
const RATIO = 2.4;

function outOfSpace(cluster: Cluster, { storage, node }: Download, bytes: number): boolean {
  return storageUsage(cluster, storage, node).avail < bytes;
}

/** What a worker that downloads does (PVE::Tools::download_file_from_url). */
export function downloadWork(cluster: Cluster, download: Download): Work {
  const { url, storage, node, content, filename, checksum, compression } = download;
  const volid = `${storage.id}:${content}/${filename}`;
  const target = `${folderOf(storage, content)}/${filename}`;
  const log: LogLine[] = [];
  if (compression !== undefined) {
    if (content !== 'iso') throw failure(`decompression not supported for ${content}`);
    if (!DECOMPRESSORS.has(compression)) throw failure('no decompression method found');
  }
  log.push([0, `downloading ${url} to ${target}`]);
  const existing = findVolume(cluster, volid, node);
  if (existing !== undefined) return keepExisting(existing, target, checksum, log);
  if (!URL.canParse(url)) return { duration: 200, log, finish: () => fail(`download failed: ${url}: Invalid host name.`) };
  const remote = remoteFile(url);
  const temporary = `${target}.tmp_dwnl.${createHash('sha1').update(volid).digest().readUInt16BE(0) + 1000}`;
  log.push(...wgetLines(url, temporary, remote, cluster.clock.now()));
  const size = Math.floor(remote.size * (compression === undefined ? 1 : RATIO));
  const got = checksum === undefined ? undefined : remoteChecksum(url, checksum.algorithm, checksum.expected);
  if (checksum !== undefined) log.push([0.97, got === checksum.expected.toLowerCase() ? 'calculating checksum...OK, checksum verified' : 'calculating checksum...']);
  if (compression !== undefined) log.push([0.98, `decompressing ${temporary} to ${temporary.replace('.tmp_dwnl.', '.tmp_dcom.')}`]);
  return {
    duration: downloadDuration(remote.size),
    log,
    finish: () => {
      if (checksum !== undefined && got !== checksum.expected.toLowerCase()) throw failure(`checksum mismatch: got '${got ?? ''}' != expect '${checksum.expected}'`);
      if (outOfSpace(cluster, download, size)) throw failure(`download failed: Cannot write to ‘${temporary}’ (No space left on device).`);
      putVolume(cluster, newFile(cluster, download, size, checksum === undefined || got === undefined ? {} : { [checksum.algorithm]: got }));
      return [`download of '${url}' to '${target}' finished`];
    },
  };
}

/** A file that is there already is never overwritten; with the right checksum it will do. */
function keepExisting({ checksums = {} }: Volume, target: string, checksum: Download['checksum'], log: LogLine[]): Work {
  if (checksum === undefined) return { duration: 200, log, finish: () => fail(`refusing to override existing file '${target}'`) };
  const got = checksums[checksum.algorithm] ?? remoteChecksum(target, checksum.algorithm, checksum.expected);
  if (got === checksum.expected.toLowerCase()) return { duration: 600, log: [...log, [0.9, 'calculating checksum of existing file...OK, got correct file already, no need to download']] };
  return { duration: 600, log: [...log, [0.9, 'calculating checksum of existing file...']], finish: () => fail(`checksum mismatch: got '${got}' != expect '${checksum.expected}', aborting`) };
}

function fail(message: string): never {
  throw failure(message);
}

/** The volume that a file becomes which is brought onto a storage. */
export function newFile(cluster: Cluster, { storage, node, content, filename }: Pick<Download, 'storage' | 'node' | 'content' | 'filename'>, size: number, checksums: Readonly<Record<string, string>>): Volume {
  return {
    volid: `${storage.id}:${content}/${filename}`,
    storage: storage.id,
    ...(isShared(storage) ? {} : { node }),
    content,
    format: fileFormat(content, filename),
    size,
    used: size,
    ctime: Math.floor(cluster.clock.now() / 1000),
    checksums,
  };
}

/** The checksum a call expects; both parameters come together or not at all. */
export function expectedChecksum(call: Call): Download['checksum'] {
  const algorithm = text(call, 'checksum-algorithm');
  const expected = text(call, 'checksum');
  return algorithm === undefined || !expected ? undefined : { algorithm: algorithm as ChecksumAlgorithm, expected };
}

function download(call: Call): string {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  const content = String(parameters['content']) as FileContent;
  const storage = checkEnabled(cluster, String(parameters['storage']), node);
  checkHasFiles(storage, `can't upload to storage type '${storage.type}', not a file based storage!`);
  checkTakes(storage, content, `storage '${storage.id}' is not configured for content-type '${content}'`);
  const filename = normaliseFilename(String(parameters['filename']));
  checkFilename(content, filename);
  const checksum = expectedChecksum(call);
  return startWorker(call, { node, type: 'download', id: filename }, () =>
    downloadWork(cluster, { url: String(parameters['url']), storage, node, content, filename, compression: text(call, 'compression'), ...(checksum === undefined ? {} : { checksum }) }));
}

/** Who may make a node fetch something from its network. */
const NETWORK = ['or', ['perm', '/', ['Sys.Audit', 'Sys.Modify']], ['perm', '/nodes/{node}', ['Sys.AccessNetwork']]] as const;
export const CHECKSUM_PARAMETERS = {
  checksum: optional(string({ requires: 'checksum-algorithm' })),
  'checksum-algorithm': optional({ ...oneOf(...Object.keys(CHECKSUMS)), requires: 'checksum' }),
};

export const downloadRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/nodes/{node}/storage/{storage}/download-url', run: download,
    permissions: { check: ['and', ['perm', '/storage/{storage}', ['Datastore.AllocateTemplate']], NETWORK] },
    parameters: {
      ...NODE_STORAGE, ...CHECKSUM_PARAMETERS, url: string({ pattern: /^https?:\/\/.*$/ }), content: { ...oneOf('iso', 'vztmpl', 'import'), format: 'pve-storage-content' }, filename: string({ maxLength: 255 }),
      compression: optional(string()), 'verify-certificates': optional(boolean()),
    },
  },
  {
    method: 'GET', path: '/nodes/{node}/query-url-metadata', permissions: { check: NETWORK },
    parameters: { node: string({ format: 'pve-node' }), url: string({ pattern: /^https?:\/\/.*$/ }), 'verify-certificates': optional(boolean()) },
    run: (call) => {
      const { filename, size, mimetype } = remoteFile(String(call.parameters['url']));
      return { ...(filename === undefined ? {} : { filename }), size, mimetype };
    },
  },
];
