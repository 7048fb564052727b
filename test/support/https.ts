import { request, type RequestOptions } from 'node:https';
import { gunzipSync } from 'node:zlib';

export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One HTTPS request to a simulator of the test's own, with nothing between the test and the wire. Rejects when the connection breaks. */
export function raw(url: string, options: RequestOptions = {}, body?: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    // The certificate is the simulator's own; tests of the trust in it go through the client.
    const sent = request(url, { rejectUnauthorized: false, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          reason: Buffer.from(response.statusMessage ?? '', 'latin1').toString('utf8'),
          headers: response.headers,
          body: (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8'),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
