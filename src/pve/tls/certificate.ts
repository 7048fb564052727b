import type { X509Certificate } from 'node:crypto';
import { printable } from '../printable.ts';

/** What a server's certificate says about itself. Texts come from the server: escape them before showing them as markup. */
export interface CertificateDetails {
  /** SHA-256 of the DER certificate, upper-case hex pairs joined by colons, as Proxmox VE's own pages show it. */
  readonly sha256: string;
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601, UTC. */
  readonly validFrom: string;
  readonly validTo: string;
  /** The certificate itself. */
  readonly pem: string;
  /** The names and addresses it was issued for. */
  readonly names: readonly string[];
  /** The certificate authorities of this machine vouch for it under the name that was asked for. */
  readonly trustedBySystem: boolean;
  /** Why they do not, as Node names it (`DEPTH_ZERO_SELF_SIGNED_CERT`, `ERR_TLS_CERT_ALTNAME_INVALID`, …). */
  readonly problem?: string;
}

export function describeCertificate(certificate: X509Certificate, problem: string | undefined): CertificateDetails {
  return {
    sha256: certificate.fingerprint256,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    pem: certificate.toString(),
    names: (certificate.subjectAltName ?? '').split(', ').filter(Boolean).map((name) => printable(name.replace(/^(DNS|IP Address):/, ''))),
    trustedBySystem: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The one way fingerprints are compared: whatever case and separators they were written with. */
export function sameFingerprint(a: string, b: string): boolean {
  const hex = (text: string): string => text.replace(/[^0-9a-f]/gi, '').toUpperCase();
  return hex(a).length === 64 && hex(a) === hex(b);
}

/** Node prints a distinguished name with one attribute per line. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').map((attribute) => printable(attribute)).join(', ');
}
