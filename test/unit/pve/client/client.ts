import { strict as assert } from 'node:assert';
import { type ClientOptions, type Connection, createClient, type PveClient, PveError, type PveErrorKind, type Secrets } from '../../../../src/pve/index.ts';
import type { TestServer } from './server.ts';

export const tokenSecret = '0f1e2d3c-aaaa-bbbb-cccc-1234567890ab';

/** Trusts the first server's certificate and uses an API token, unless told otherwise. */
export function connectionTo(servers: readonly (TestServer | string)[], over: Partial<Connection> = {}): Connection {
  const first = servers.find((server) => typeof server !== 'string');
  return {
    id: 'test',
    name: 'Test cluster',
    endpoints: servers.map((server) => (typeof server === 'string' ? server : server.url)),
    authentication: { kind: 'token', tokenId: 'root@pam!workbench' },
    trust: { kind: 'fingerprint', sha256: first?.certificate.fingerprint ?? 'AA' },
    ...over,
  };
}

export const secretsOf = (secret: string | undefined = tokenSecret, totp?: () => Promise<string | undefined>): Secrets => ({ secret: () => Promise.resolve(secret), ...(totp === undefined ? {} : { totp }) });

const clients = new Set<PveClient>();

/** A client that {@link disposeAll} ends. */
export function clientOf(connection: Connection, secrets: Secrets = secretsOf(), options: ClientOptions = {}): PveClient {
  const client = createClient(connection, secrets, options);
  clients.add(client);
  return client;
}

export function disposeAll(): void {
  for (const client of clients) client.dispose();
  clients.clear();
}

/** The error that work rejects with; it must be a PveError of this kind, a whole sentence, and tell no secret. */
export async function failureOf(work: Promise<unknown>, kind: PveErrorKind): Promise<PveError> {
  const error: unknown = await work.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PveError)) throw error;
  assert.equal(error.kind, kind, `${error.kind}: ${error.message}`);
  assert.match(error.message, /^(https:|\P{Ll}).*\.$/su);
  assert.ok(!JSON.stringify([error.message, error.details]).includes(tokenSecret), 'an error tells the secret');
  return error;
}
