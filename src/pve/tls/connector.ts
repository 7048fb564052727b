import type { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { Trust } from '../connection.ts';
import { PveError } from '../errors.ts';
import { authoritiesOf, systemAuthorities } from './authorities.ts';
import { sameFingerprint } from './certificate.ts';
import { probeCertificate } from './probe.ts';
import { isCertificateProblem, untrustedCertificate } from './untrusted.ts';

/**
 * Opens TLS connections to one endpoint that satisfy the connection's trust. undici writes a request (and with it the
 * token or ticket) only into a socket that this hands over, so an untrusted server never sees a byte of one.
 * @param timeout Milliseconds for name look-up, TCP and TLS handshake together.
 */
export function trustingConnector(endpoint: string, trust: Trust, timeout: number): buildConnector.connector {
  return trust.kind === 'fingerprint' ? pinned(endpoint, trust.sha256, timeout) : byAuthority(endpoint, trust, timeout);
}

/**
 * Node's own chain check cannot pass for a self-signed certificate, so the one check that counts here takes its place:
 * the certificate itself must be the one that was accepted. Sessions are not resumed, so it is presented each time.
 */
function pinned(endpoint: string, expected: string, timeout: number): buildConnector.connector {
  const open = buildConnector({ rejectUnauthorized: false, maxCachedSessions: 0, timeout });
  return (options, callback) => {
    open(options, (error, socket) => {
      if (error) return callback(error, null);
      const tls = socket as TLSSocket;
      const certificate = tls.getPeerX509Certificate();
      if (certificate && sameFingerprint(certificate.fingerprint256, expected)) return callback(null, tls);
      tls.destroy();
      const presented = certificate && { certificate, problem: undefined };
      callback(untrustedCertificate(endpoint, { kind: 'fingerprint', sha256: expected }, presented), null);
    });
  };
}

function byAuthority(endpoint: string, trust: Exclude<Trust, { kind: 'fingerprint' }>, timeout: number): buildConnector.connector {
  let opener: Promise<buildConnector.connector> | undefined;
  const build = async (): Promise<buildConnector.connector> => {
    const secureContext = trust.kind === 'system' ? systemAuthorities() : await authoritiesOf(trust.file);
    return buildConnector({ rejectUnauthorized: true, secureContext, timeout });
  };
  return (options, callback) => {
    opener ??= build();
    opener.then(
      (open) => open(options, (error, socket) => {
        if (!error) return callback(null, socket);
        if (!isCertificateProblem(error)) return callback(error, null);
        // Node has destroyed the refused socket, certificate and all: look at it again to be able to say what it is.
        probeCertificate(endpoint).then(
          (details) => callback(untrustedCertificate(endpoint, trust, { details, problem: error.code }), null),
          () => callback(untrustedCertificate(endpoint, trust, { problem: error.code }), null),
        );
      }),
      (error: unknown) => {
        opener = undefined;
        callback(error instanceof PveError ? error : new Error(String(error)), null);
      },
    );
  };
}
