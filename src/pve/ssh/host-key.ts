import { createHash } from 'node:crypto';
import { PveError } from '../errors.ts';
import { addressText, type SshAddress } from './settings.ts';

/** As `ssh-keygen -l` prints it: SHA-256 of the public key in Base64 without padding. */
export const hostKeyFingerprint = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

export function untrustedHostKey(node: string, address: SshAddress, presented: string, expected: string | undefined): PveError {
  const where = `${node} (${addressText(address)})`;
  return new PveError({
    kind: 'untrusted-certificate',
    message: expected === undefined
      ? `The SSH host key of ${where}, ${presented}, has not been accepted yet. Nothing was sent.`
      : `${where} presents the SSH host key ${presented}, but ${expected} was accepted for it. Nothing was sent.`,
    advice: expected === undefined
      ? 'Compare it with what `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints on the node, then accept it.'
      : 'If the node was installed anew, compare the key with what `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints there and accept it; if not, somebody may be in between.',
    endpoint: `ssh://${addressText(address)}`,
    certificate: { presented, ...(expected === undefined ? {} : { expected }) },
  });
}
