import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto, X509Certificate } from 'node:crypto';

export interface ServerCertificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the DER form: upper-case hex pairs joined by colons. */
  readonly fingerprint: string;
}

const DAY = 86_400_000;

/** A new self-signed certificate for this machine and the names given, good for two years. */
export async function selfSigned(names: readonly string[]): Promise<ServerCertificate> {
  x509.cryptoProvider.set(webcrypto);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Proxmox Workbench Simulator, OU=Simulated Cluster, O=Proxmox Workbench',
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + 730 * DAY),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
        ...['localhost', ...names].map((value) => ({ type: 'dns' as const, value })),
      ]),
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const cert = certificate.toString('pem');
  return {
    cert,
    key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`,
    fingerprint: new X509Certificate(cert).fingerprint256,
  };
}
