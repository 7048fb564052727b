import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto, X509Certificate } from 'node:crypto';

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 86_400_000;

export interface Issued {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** SHA-256, upper-case hex pairs joined by colons. */
  readonly fingerprint: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly name: string;
}

export interface Wanted {
  readonly name?: string;
  readonly names?: readonly string[];
  /** The authority that signs; itself when absent. */
  readonly issuer?: Issued;
  readonly authority?: boolean;
  /** Days from now. */
  readonly validFrom?: number;
  readonly validTo?: number;
}

/** A certificate like those that Proxmox VE nodes have. */
export async function certificate({ name = 'CN=pve1.example, O=Proxmox Virtual Environment', names = ['127.0.0.1', 'localhost'], issuer, authority = false, validFrom = -1, validTo = 365 }: Wanted = {}): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: issuer?.name ?? name,
    notBefore: new Date(Date.now() + validFrom * day),
    notAfter: new Date(Date.now() + validTo * day),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(authority, undefined, true),
      ...(authority ? [new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)] : []),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: /^[\d.]+$/.test(value) ? ('ip' as const) : ('dns' as const), value }))),
    ],
  });
  const cert = made.toString('pem');
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { cert, key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`, fingerprint: new X509Certificate(cert).fingerprint256, keys, name };
}
