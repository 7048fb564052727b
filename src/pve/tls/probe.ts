import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { PveError } from '../errors.ts';
import { connectFailure } from '../http/connect-failure.ts';
import { systemAuthorities } from './authorities.ts';
import { type CertificateDetails, describeCertificate } from './certificate.ts';

const probeTimeout = 10_000;

/**
 * What certificate an endpoint presents. Nothing is sent over the connection: it is closed when the handshake is done,
 * so this is safe against a server that is not trusted (yet).
 * @param endpoint `https://host:port`
 * @throws PveError of kind `unreachable`, `not-proxmox` (no TLS there) or `cancelled`.
 */
export function probeCertificate(endpoint: string, signal?: AbortSignal): Promise<CertificateDetails> {
  return new Promise((resolve, reject) => {
    const url = new URL(endpoint);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const cancelled = (): PveError => new PveError({ kind: 'cancelled', message: `Looking at the certificate of ${endpoint} was cancelled.`, endpoint });
    if (signal?.aborted) return void reject(cancelled());
    // The only connection made without refusing an unknown certificate: it exists to show that certificate, and carries no byte of ours.
    const socket = connect({
      host,
      port: Number(url.port || 443),
      rejectUnauthorized: false,
      secureContext: systemAuthorities(),
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) ? {} : { servername: host }),
    });
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      settle();
    };
    const onAbort = (): void => end(() => reject(cancelled()));
    const timer = setTimeout(() => end(() => reject(connectFailure(endpoint, Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))), probeTimeout);
    signal?.addEventListener('abort', onAbort);
    socket.once('error', (error) => end(() => reject(connectFailure(endpoint, error))));
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      const problem = socket.authorized ? undefined : String(socket.authorizationError);
      end(() => (certificate ? resolve(describeCertificate(certificate, problem)) : reject(connectFailure(endpoint, new Error('it presented no certificate')))));
    });
  });
}
