import ssh2 from 'ssh2';
import type { AuthContext, AuthenticationType, ParsedKey } from 'ssh2';
import { same } from '../access/index.ts';
import type { Cluster } from '../state/cluster.ts';

/** Methods that sshd of a node offers. */
const METHODS: AuthenticationType[] = ['publickey', 'password'];

/**
 * The keys of an `authorized_keys` file; options before a key are passed over, lines that are no key reported by number.
 * @param report gets a sentence per line that cannot be read
 */
export function parseAuthorizedKeys(text: string, report: (message: string) => void): readonly ParsedKey[] {
  return text.split('\n').flatMap((line, index) => {
    const key = /(?:^|\s)((?:ssh-|ecdsa-|sk-)\S+\s+\S+)/.exec(line.trim())?.[1];
    if (line.trim() === '' || line.trim().startsWith('#')) return [];
    const parsed = key === undefined ? undefined : ssh2.utils.parseKey(key);
    if (parsed !== undefined && !(parsed instanceof Error)) return [parsed];
    report(`authorized keys, line ${index + 1}: no public key; left out`);
    return [];
  });
}

/**
 * Accepts or rejects one attempt to log in: users of the realm `pam` are the nodes' own users, with the passwords that the API takes.
 * @param keys let in whoever holds one, as root
 */
export function logIn(cluster: Cluster, keys: readonly ParsedKey[], attempt: AuthContext): void {
  const user = cluster.access.users.get(`${attempt.username}@pam`);
  if (attempt.method === 'password' && user?.password !== undefined && same(user.password, attempt.password)) return attempt.accept();
  if (attempt.method === 'publickey' && user !== undefined && holdsKey(keys, attempt)) return attempt.accept();
  attempt.reject(METHODS);
}

/** Without a signature the client only asks whether the key would do. */
function holdsKey(keys: readonly ParsedKey[], attempt: Extract<AuthContext, { method: 'publickey' }>): boolean {
  const key = keys.find((one) => one.getPublicSSH().equals(attempt.key.data));
  if (key === undefined) return false;
  if (attempt.signature === undefined || attempt.blob === undefined) return true;
  return key.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true;
}
