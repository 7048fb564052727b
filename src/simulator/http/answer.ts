import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import { Download } from '../api/download.ts';
import { Enveloped } from '../api/enveloped.ts';
import type { ApiError } from '../api/errors.ts';

export type Format = 'json' | 'extjs';

/** Everything about an answer but how it travels. */
export interface Answer {
  readonly status: number;
  /** Reason phrase; the status code's usual one when absent. */
  readonly reason?: string;
  readonly contentType?: string;
  /** `Content-Disposition` */
  readonly disposition?: string;
  readonly body: string;
}

const CONTENT_TYPE = 'application/json;charset=UTF-8';

/** A result in one of the two formats (PVE::APIServer::Formatter::Standard). */
export function succeed(format: Format, data: unknown): Answer {
  if (data instanceof Download) return { status: 200, contentType: 'text/plain', disposition: `attachment; filename="${data.filename}"`, body: data.text };
  const body = data instanceof Enveloped ? { data: data.data, ...data.members } : { data };
  return { status: 200, contentType: CONTENT_TYPE, body: JSON.stringify(format === 'extjs' ? { ...body, success: 1 } : body) };
}

/** An error in one of the two formats: `extjs` answers 200 and says the status in the body. */
export function fail(format: Format, error: ApiError): Answer {
  const reason = error.message || STATUS_CODES[error.status] || 'unknown error';
  // Perl's messages end in a line feed; the status line has the first line only.
  const message = error.status === 501 || reason.endsWith('\n') ? reason : `${reason}\n`;
  const body = { data: null, message, ...(error.errors === undefined ? {} : { errors: error.errors }) };
  if (format === 'extjs') return { status: 200, contentType: CONTENT_TYPE, body: JSON.stringify({ ...body, status: error.status, success: 0 }) };
  return { status: error.status, reason, contentType: CONTENT_TYPE, body: JSON.stringify(body) };
}

/** An error before the formats come into play: the message is all there is. */
export function plain(status: number, reason: string, body: string = reason): Answer {
  return { status, reason, body };
}

/** As bytes of UTF-8, which is what Perl puts on the wire; the first line only, and no control characters. */
function reasonPhrase(text: string): string {
  const line = (/^.*$/m.exec(text)?.[0] ?? '').replace(/[\p{Cc}]/gu, ' ');
  return Buffer.from(line, 'utf8').toString('latin1');
}

const COMPRESS = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** Content longer than this is compressed for those who accept it. Bytes. */
const COMPRESSED_FROM = 1024;

/** Writes the answer with pveproxy's headers; connections are closed after errors. */
export async function send(response: ServerResponse, answer: Answer, acceptEncoding: string | undefined): Promise<void> {
  const { status, reason = STATUS_CODES[status] ?? '', contentType, disposition } = answer;
  const date = new Date().toUTCString();
  let body = Buffer.from(answer.body);
  const headers: Record<string, string | number> = {
    'Cache-Control': 'max-age=0',
    Connection: status >= 400 ? 'close' : 'Keep-Alive',
    Date: date,
    Pragma: 'no-cache',
    Server: 'pve-api-daemon/3.0',
    Expires: date,
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
    ...(disposition === undefined ? {} : { 'Content-Disposition': disposition }),
  };
  const encoding = acceptEncoding?.includes('gzip') ? 'gzip' : acceptEncoding?.includes('deflate') ? 'deflate' : undefined;
  if (encoding !== undefined && body.length > COMPRESSED_FROM) {
    body = await COMPRESS[encoding](body);
    headers['Content-Encoding'] = encoding;
  }
  headers['Content-Length'] = body.length;
  response.writeHead(status, reasonPhrase(reason), headers);
  response.end(body);
}
