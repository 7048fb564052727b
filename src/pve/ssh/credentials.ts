import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthenticationType } from 'ssh2';
import type { Connection, Secrets } from '../connection.ts';

/** What OpenSSH tries by itself (ssh_config(5), IdentityFile). */
const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

export type Credential =
  | { readonly type: 'agent'; readonly username: string; readonly agent: string }
  | { readonly type: 'publickey'; readonly username: string; readonly key: Buffer }
  | { readonly type: 'password'; readonly username: string; readonly password: string };

/**
 * What a login may be tried with, in this order: the SSH agent, the key file that is set or else the usual ones, a password that was given
 * for it, and the connection's own password when it is that of the same user of the realm `pam`, who is a user of the nodes' operating system.
 */
export async function credentialsFor(connection: Connection, username: string, secrets: Secrets, environment: NodeJS.ProcessEnv): Promise<readonly Credential[]> {
  const { identityFile } = connection.ssh ?? {};
  const result: Credential[] = [];
  const agent = environment['SSH_AUTH_SOCK'] ?? (process.platform === 'win32' ? String.raw`\\.\pipe\openssh-ssh-agent` : undefined);
  if (agent !== undefined && agent !== '') result.push({ type: 'agent', username, agent });
  const files = identityFile === undefined ? usualKeys.map((name) => join(homedir(), '.ssh', name)) : [identityFile.replace(/^~(?=[/\\])/, homedir())];
  for (const file of files) {
    const key = await readFile(file).catch(() => undefined);
    if (key !== undefined && !(ssh2.utils.parseKey(key) instanceof Error)) result.push({ type: 'publickey', username, key });
  }
  const isSame = connection.authentication.kind === 'password' && connection.authentication.user === `${username}@pam`;
  for (const password of [await secrets.sshPassword?.(connection), isSame ? await secrets.secret(connection) : undefined]) {
    if (password !== undefined) result.push({ type: 'password', username, password });
  }
  return result;
}

/** What was tried, in words for an error. */
export function triedText(tried: readonly AuthenticationType[]): string {
  const words: Partial<Record<AuthenticationType, string>> = { agent: 'the SSH agent’s keys', publickey: 'key files', password: 'a password' };
  const names = [...new Set(tried.flatMap((type) => words[type] ?? []))];
  return names.length === 0 ? 'nothing: there is no SSH agent, no key file that can be read, and no password' : names.join(' and ');
}
