import { createHash, randomBytes } from 'node:crypto';
import { failure } from '../api/errors.ts';
import type { Storage } from '../state/cluster.ts';

/** What a caller gave for options that storage.cfg does not hold; `undefined` removes one. */
export type Sensitive = ReadonlyMap<string, string | undefined>;

/** What an operation gives back of the storage's secrets: only a PBS encryption key that was just set, as Proxmox does. */
export type Returned = Readonly<Record<string, string>> | undefined;

function decodeKey(text: string): { readonly data: unknown; readonly fingerprint?: unknown } {
  try {
    const key: unknown = JSON.parse(text);
    if (typeof key === 'object' && key !== null && 'data' in key) return key;
  } catch {
    // Falls through to the one message there is.
  }
  throw failure('Value does not seems like a valid, JSON formatted encryption key!');
}

function generateKey(seconds: number): string {
  const data = randomBytes(32);
  const fingerprint = createHash('sha256').update(data).digest('hex').match(/../g)?.join(':') ?? '';
  const now = new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, '+00:00');
  return JSON.stringify({ kdf: null, created: now, modified: now, data: data.toString('base64'), fingerprint });
}

/**
 * What the plugins' hooks do with secrets when a storage is added or changed. Passwords and key rings are not kept: the simulated
 * servers let everybody in.
 */
export function applySensitive(storage: Storage, sensitive: Sensitive, created: boolean, seconds: number): Returned {
  if (storage.type === 'esxi' && created && sensitive.get('password') === undefined) throw failure('missing password');
  return storage.type === 'pbs' ? applyKeys(storage, sensitive, seconds) : undefined;
}

function applyKeys({ options }: Storage, sensitive: Sensitive, seconds: number): Returned {
  const returned: Record<string, string> = {};
  if (sensitive.has('encryption-key')) {
    const given = sensitive.get('encryption-key');
    if (given === undefined) options.delete('encryption-key');
    else {
      const text = given === 'autogen' ? generateKey(seconds) : given;
      const { fingerprint } = decodeKey(text);
      options.set('encryption-key', typeof fingerprint === 'string' ? fingerprint : '1');
      returned['encryption-key'] = text;
    }
  }
  if (sensitive.has('master-pubkey')) {
    if (sensitive.get('master-pubkey') === undefined) options.delete('master-pubkey');
    else if (!options.has('encryption-key')) throw failure("'master-pubkey' can only be used together with 'encryption-key'");
    else options.set('master-pubkey', '1');
  }
  return returned;
}
