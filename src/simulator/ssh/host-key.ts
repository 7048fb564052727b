import { createECDH, createHash, createPrivateKey } from 'node:crypto';
import ssh2 from 'ssh2';

export interface HostKey {
  /** PEM, as the SSH server takes it. */
  readonly privateKey: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

const CURVE = 'prime256v1';

/**
 * The host key of every node. It follows from the seed, so that what clients keep in `known_hosts` stays true from run to run
 * although ports are given out anew; it guards nothing.
 */
export function hostKeyFor(seed: number): HostKey {
  const ecdh = createECDH(CURVE);
  // A hash is a valid scalar of the curve but for one in 2^32 seeds, which are not reached: the next one is tried.
  for (let attempt = 0; ; attempt++) {
    try {
      ecdh.setPrivateKey(createHash('sha256').update(`simulated host key ${seed} ${attempt}`).digest());
      break;
    } catch {
      continue;
    }
  }
  const point = ecdh.getPublicKey();
  const jwk = {
    kty: 'EC', crv: 'P-256',
    d: ecdh.getPrivateKey().toString('base64url').padStart(43, 'A'), x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url'),
  };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'sec1', format: 'pem' }).toString();
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  return { privateKey, fingerprint: `SHA256:${createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '')}` };
}
