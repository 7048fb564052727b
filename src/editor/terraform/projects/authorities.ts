import { X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import writeFileAtomic from 'write-file-atomic';
import { type CertificateDetails, type Connection, probeCertificate, sameFingerprint } from '../../../pve/index.ts';
import { TerraformTrouble } from './trouble.ts';

/** Where a Terraform may connect to, and what it may trust there. */
export interface TrustedEndpoint {
  readonly endpoint: string;
  /** Absolute path of a PEM file; absent where the machine's own authorities do. */
  readonly authorities?: string;
}

/**
 * Makes a connection's trust one that Go's TLS understands: a file with the machine's authorities, which registries need, and the
 * connection's own authority or the certificate that was accepted. The check itself is never switched off.
 * @param folder absolute path of where the file goes
 * @throws TerraformTrouble of kind `certificate`
 */
export async function trustedEndpoint({ id, name, endpoints, trust }: Connection, folder: string): Promise<TrustedEndpoint> {
  const [first = ''] = endpoints;
  if (trust.kind === 'system') return { endpoint: first };
  if (trust.kind === 'ca') {
    const authority = await readFile(trust.file, 'utf8').catch((error: Error) => {
      throw new TerraformTrouble('certificate', `The CA file of ${name} cannot be read: ${error.message}.`, id);
    });
    return { endpoint: first, authorities: await write(folder, id, authority) };
  }
  const seen = await Promise.allSettled(endpoints.map(async (endpoint) => ({ endpoint, details: await probeCertificate(endpoint) })));
  const reached = seen.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const pinned = reached.find(({ details }) => sameFingerprint(details.sha256, trust.sha256));
  if (pinned === undefined) {
    throw new TerraformTrouble('certificate', reached.length === 0
      ? `${name} does not answer at ${endpoints.join(', ')}.`
      : `${name} presents another certificate than the one that was accepted. Review the certificate, then try again.`, id);
  }
  if (!isFor(pinned.details, pinned.endpoint)) {
    throw new TerraformTrouble('certificate', `The certificate of ${name} was issued for ${pinned.details.names.join(', ') || 'no name'}, not for ${new URL(pinned.endpoint).hostname}: Terraform does not take it. Use one of these names as the connection's address.`, id);
  }
  return { endpoint: pinned.endpoint, authorities: await write(folder, id, pinned.details.pem) };
}

/** Go checks the name even of a certificate that is trusted by itself; the editor, which pins it, does not. */
function isFor({ pem }: CertificateDetails, endpoint: string): boolean {
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
  const certificate = new X509Certificate(pem);
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

async function write(folder: string, id: string, own: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${id.replace(/[^\w.-]/g, '_')}.pem`);
  const text = `${[...getCACertificates('system'), own].map((pem) => pem.trim()).join('\n')}\n`;
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFileAtomic(path, text, { mode: 0o600 });
  return path;
}
