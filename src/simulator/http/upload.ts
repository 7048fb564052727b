import { Busboy } from '@fastify/busboy';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError } from '../api/errors.ts';
import type { Upload } from '../api/route.ts';
import type { RawParameters } from '../api/verify.ts';

/** Algorithms that a client may name for the checksum of its file. */
const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

/**
 * Reads a multipart/form-data request. The file's bytes are counted and hashed as they pass by and not kept.
 * @throws ApiError when it is no such request, has no file, or ends too early
 */
export async function receiveUpload(request: IncomingMessage): Promise<{ readonly parameters: RawParameters; readonly upload: Upload }> {
  const contentType = request.headers['content-type'];
  if (contentType === undefined || !/^multipart\/form-data;.*boundary=/i.test(contentType)) throw new ApiError(500, `upload 'Content-Type '${contentType ?? ''}' not implemented`);
  const parameters: Record<string, string> = {};
  let upload: Upload | undefined;
  const parser = new Busboy({ headers: { ...request.headers, 'content-type': contentType } });
  parser.on('field', (name: string, value: string) => void (parameters[name] = value));
  parser.on('file', (_field: string, stream: NodeJS.ReadableStream, filename: string) => {
    const hashes = ALGORITHMS.map((algorithm) => [algorithm, createHash(algorithm)] as const);
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      for (const [, hash] of hashes) hash.update(chunk);
    });
    stream.on('end', () => {
      upload = { filename, size, checksums: Object.fromEntries(hashes.map(([algorithm, hash]) => [algorithm, hash.digest('hex')])) };
    });
  });
  await new Promise<void>((resolve, reject) => {
    parser.on('finish', resolve);
    parser.on('error', (error: unknown) => reject(new ApiError(500, `upload failed: ${error instanceof Error ? error.message : String(error)}`)));
    request.on('aborted', () => reject(new ApiError(500, 'upload failed: connection closed')));
    request.pipe(parser);
  });
  if (upload === undefined) throw new ApiError(400, 'wrong content-disposition: no file in the upload');
  return { parameters: { ...parameters, filename: upload.filename }, upload };
}
