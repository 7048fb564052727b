import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { PveError } from '../errors.ts';

let system: SecureContext | undefined;

/**
 * Node's own authorities plus this machine's. Built once: parsing some 300 certificates for every connection would cost
 * more than the connection.
 */
export function systemAuthorities(): SecureContext {
  system ??= createSecureContext({ ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])] });
  return system;
}

/**
 * The authorities of a PEM file, and no others.
 * @throws PveError of kind `bad-parameter` (field `trust`) when the file cannot be read or holds no certificate.
 */
export async function authoritiesOf(file: string): Promise<SecureContext> {
  try {
    const pem = await readFile(file, 'utf8');
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
    if (!certificates) throw new Error('it holds no PEM certificate');
    for (const certificate of certificates) new X509Certificate(certificate);
    return createSecureContext({ ca: certificates });
  } catch (cause) {
    throw new PveError({
      kind: 'bad-parameter',
      message: `The CA file ${file} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
      advice: 'Choose the PEM file of the authority that issued the nodes\' certificates; a cluster\'s own is /etc/pve/pve-root-ca.pem on any node.',
      fields: { trust: 'The CA file cannot be used.' },
      cause,
    });
  }
}
