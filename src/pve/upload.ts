import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { PveError } from './errors.ts';
import type { Outgoing } from './http/exchange.ts';
import type { PveClient } from './client.ts';

export interface UploadOptions {
  readonly signal?: AbortSignal;
  /** Bytes of the file that are on their way, and how many it has. */
  readonly onProgress?: (sent: number, total: number) => void;
  /** Milliseconds without any progress after which it is given up; default 120,000. */
  readonly patience?: number;
}

/** A client that can also send files. */
export interface FileClient extends PveClient {
  /**
   * Sends a file of this machine as the form field `filename`, after the other fields, as `POST …/upload` wants them. The file is read as it
   * is sent. Resolves with the answer's `data`.
   * @param file absolute path
   * @param fields `content`, `checksum-algorithm`, `checksum` (PVE::APIServer::AnyEvent takes them in this order) and the file's name there as `filename`
   */
  upload(path: string, file: string, fields: UploadFields, options?: UploadOptions): Promise<unknown>;
}

export interface UploadFields {
  readonly content: string;
  readonly filename: string;
  readonly checksum?: string;
  readonly 'checksum-algorithm'?: string;
}

/** Longer than anything takes. */
const FOREVER = 24 * 3600 * 1000;

/**
 * Sends a file with a request that knows its length beforehand: pveproxy takes no chunked ones.
 * @param send sends it, with this time-out in milliseconds
 * @throws PveError of kind `bad-parameter` when the file cannot be read, `unreachable` when nothing moves for too long, and what sending throws
 */
export async function uploadFile(
  send: (outgoing: Outgoing, timeout: number, signal: AbortSignal) => Promise<unknown>,
  path: string, file: string, { filename, content, ...others }: UploadFields, { signal, onProgress, patience = 120_000 }: UploadOptions = {},
): Promise<unknown> {
  const size = await sizeOf(file);
  const boundary = `----proxmox-workbench-${randomBytes(16).toString('hex')}`;
  const ordered = { content, 'checksum-algorithm': others['checksum-algorithm'], checksum: others.checksum };
  const fields = Object.entries(ordered).flatMap(([name, value]) => (value === undefined ? [] : [`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`])).join('');
  const before = Buffer.from(`${fields}--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="${filename.replaceAll(/["\\\p{Cc}]/gu, '_')}"\r\nContent-Type: application/octet-stream\r\n\r\n`);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);

  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(), patience);
  const moved = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), patience);
  };
  async function* body(): AsyncGenerator<Buffer> {
    yield before;
    let sent = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      sent += chunk.length;
      if (sent > size) throw new Error(`The file ${file} has grown while it was sent`);
      yield chunk;
      moved();
      onProgress?.(sent, size);
    }
    if (sent < size) throw new Error(`The file ${file} has shrunk while it was sent`);
    yield after;
  }
  try {
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(before.length + size + after.length) };
    return await send({ method: 'POST', path, query: '', body: () => Readable.from(body(), { objectMode: false }), headers }, FOREVER, signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]));
  } catch (error) {
    if (!stalled.signal.aborted || signal?.aborted === true) throw error;
    throw new PveError({ kind: 'unreachable', message: `Nothing of ${filename} was taken for ${patience / 1000} seconds.`, advice: 'Look at the network and at the load of the node, then try again.', request: `POST ${path}`, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch (cause) {
    throw new PveError({ kind: 'bad-parameter', message: `The file ${file} cannot be read: ${why(cause)}.`, cause });
  }
  throw new PveError({ kind: 'bad-parameter', message: `The folder ${file} is no file.` });
}

function why(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' ? 'it is not there' : code === 'EACCES' || code === 'EPERM' ? 'it may not be read' : String(code ?? error);
}
