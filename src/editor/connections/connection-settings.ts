import * as z from 'zod';
import type { Connection } from '../../pve/index.ts';

/** An entry of `proxmox.connections` that cannot be used, and why. */
export interface BrokenConnection {
  /** Position in the setting, from 0. */
  readonly index: number;
  /** What the entry calls itself, or its position. */
  readonly name: string;
  /** The id it claims, when it has one. */
  readonly id: string | undefined;
  /** One sentence. */
  readonly problem: string;
}

export interface ConnectionSettings {
  readonly connections: readonly Connection[];
  readonly broken: readonly BrokenConnection[];
}

const endpoint = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' && url.hostname !== '' && url.username === '' && url.password === '' && /^https:\/\/[^/?#]+$/.test(text);
}, 'must be https://host:port');

const authentication = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('token'), tokenId: z.string().regex(/^[^\s@!]+@[^\s@!]+![^\s@!]+$/, 'must be user@realm!tokenname') }),
  z.strictObject({ kind: z.literal('password'), user: z.string().regex(/^[^\s@!]+@[^\s@!]+$/, 'must be user@realm') }),
]);

const trust = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('system') }),
  z.strictObject({ kind: z.literal('ca'), file: z.string().min(1) }),
  z.strictObject({ kind: z.literal('fingerprint'), sha256: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, 'must be a SHA-256 fingerprint such as 0A:1B:…') }),
]);

const hostAddress = z.string().regex(/^\S+$/, 'must be host or host:port');
const ssh = z.strictObject({
  user: z.string().regex(/^[^\s@:]+$/, 'must be a user of the nodes').exactOptional(),
  port: z.int().min(1).max(65_535).exactOptional(),
  identityFile: z.string().min(1).exactOptional(),
  hosts: z.record(z.string(), hostAddress).exactOptional(),
  hostKeys: z.record(hostAddress, z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a fingerprint such as SHA256:…')).exactOptional(),
});

const connection = z.strictObject({
  // Part of URIs, of keys of the secret storage and of the explorer's ids.
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, underscores and hyphens'),
  name: z.string().min(1).max(100),
  endpoints: z.array(endpoint).min(1),
  authentication,
  trust,
  ssh: ssh.exactOptional(),
});

/** Reads the value of `proxmox.connections`. An entry that is not a connection does not keep the others from being used. */
export function parseConnections(value: unknown): ConnectionSettings {
  if (value === undefined || value === null) return { connections: [], broken: [] };
  if (!Array.isArray(value)) {
    return { connections: [], broken: [{ index: 0, name: 'proxmox.connections', id: undefined, problem: 'The setting is not a list.' }] };
  }
  const connections: Connection[] = [];
  const broken: BrokenConnection[] = [];
  for (const [index, entry] of value.entries()) {
    const parsed = connection.safeParse(entry);
    const id = textOf(entry, 'id');
    const complain = (problem: string): void => void broken.push({ index, name: textOf(entry, 'name') ?? id ?? `Connection ${index + 1}`, id, problem });
    if (!parsed.success) complain(describe(parsed.error.issues));
    else if (connections.some((other) => other.id === parsed.data.id)) complain(`The id “${parsed.data.id}” is taken by another connection.`);
    else connections.push(parsed.data);
  }
  return { connections, broken };
}

function textOf(entry: unknown, key: string): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const value = (entry as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function describe(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const parts = issues.slice(0, 3).map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`));
  return `${parts.join('; ')}.`;
}
