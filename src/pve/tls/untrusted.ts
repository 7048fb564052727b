import type { X509Certificate } from 'node:crypto';
import type { Trust } from '../connection.ts';
import { PveError, type PveErrorDetails } from '../errors.ts';
import { type CertificateDetails, describeCertificate } from './certificate.ts';

/** OpenSSL's verification results as Node names them (`tls` documentation, “X509 certificate error codes”). */
const verificationCode = /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_C|ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_|OUT_OF_MEM)/;

export function isCertificateProblem(error: Error): error is Error & { readonly code: string } {
  return 'code' in error && typeof error.code === 'string' && verificationCode.test(error.code);
}

/** What was presented: the certificate itself, or what a look at it told, or nothing when there was no second look. */
export interface Presented {
  readonly certificate?: X509Certificate;
  readonly details?: CertificateDetails;
  readonly problem?: string | undefined;
}

export function untrustedCertificate(endpoint: string, trust: Trust, presented: Presented | undefined): PveError {
  const details = presented?.details ?? (presented?.certificate && describeCertificate(presented.certificate, presented.problem));
  const expected = trust.kind === 'fingerprint' ? trust.sha256 : undefined;
  const certificate: PveErrorDetails['certificate'] = details && {
    presented: details.sha256,
    subject: details.subject,
    issuer: details.issuer,
    validTo: details.validTo,
    ...(expected === undefined ? {} : { expected }),
  };
  return new PveError({
    kind: 'untrusted-certificate',
    message: `${sentence(endpoint, trust, details, presented?.problem)} Nothing was sent.`,
    advice: advice(trust, presented?.problem),
    endpoint,
    ...(certificate ? { certificate } : {}),
  });
}

function sentence(endpoint: string, trust: Trust, details: CertificateDetails | undefined, problem: string | undefined): string {
  if (!details) return `The certificate of ${endpoint} is not trusted${problem === undefined ? '' : ` (${problem})`}.`;
  const which = `(${details.sha256}, issued to ${details.subject} by ${details.issuer})`;
  if (trust.kind === 'fingerprint') return `${endpoint} presents the certificate ${which}, but ${trust.sha256} was accepted for this connection.`;
  const authority = trust.kind === 'ca' ? `the authority in ${trust.file}` : 'an authority known to this machine';
  switch (problem) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return `The certificate of ${endpoint} ${which} was issued for ${details.names.join(', ') || 'no name at all'}, not for ${new URL(endpoint).hostname}.`;
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${endpoint} ${which} expired on ${details.validTo}.`;
    case 'CERT_NOT_YET_VALID':
      return `The certificate of ${endpoint} ${which} is valid only from ${details.validFrom}; is this machine's clock right?`;
    default:
      return `The certificate of ${endpoint} ${which} was not issued by ${authority} (${problem ?? 'unknown reason'}).`;
  }
}

function advice(trust: Trust, problem: string | undefined): string {
  if (trust.kind === 'fingerprint') {
    return 'If the certificate was renewed, compare its fingerprint with System › Certificates on the node and accept the new one; if not, somebody may be in between. Each node of a cluster has its own certificate: for several endpoints trust the cluster\'s CA (/etc/pve/pve-root-ca.pem) instead.';
  }
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID' || problem === 'HOSTNAME_MISMATCH') return 'Use one of these names in the connection\'s URL, or accept this certificate by its fingerprint.';
  if (problem === 'CERT_HAS_EXPIRED' || problem === 'CERT_NOT_YET_VALID') return 'Renew the node\'s certificate (System › Certificates, or pvecm updatecerts) or set the clock right.';
  return 'Compare the fingerprint with System › Certificates on the node, then accept it for this connection, or trust the CA that issued it (a cluster\'s own is /etc/pve/pve-root-ca.pem).';
}
