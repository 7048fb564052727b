import type { PveClient } from './client.ts';
import type { Connection, Secrets } from './connection.ts';
import { type ClientOptions, createClient } from './create-client.ts';
import { type Permissions, permissions } from './wire/access.ts';
import { type Version, version } from './wire/cluster.ts';
import { readObject } from './wire/rows.ts';

/** What a connection that works can do. */
export interface ConnectionCheck {
  readonly version: Version;
  /** ACL path → privilege → whether it applies below the path as well. */
  readonly permissions: Permissions;
  /** What will be missing in the inventory, in whole sentences; empty when everything can be read. */
  readonly warnings: readonly string[];
}

/** Reading the inventory takes these (API2/Cluster.pm, resources): guests, storages, the nodes' details. */
const reading: readonly { readonly privileges: readonly string[]; readonly path: RegExp; readonly without: string }[] = [
  { privileges: ['VM.Audit'], path: /^\/(vms|pool)(\/|$)|^\/$/, without: 'guests (VM.Audit on /vms)' },
  { privileges: ['Datastore.Audit', 'Datastore.AllocateSpace'], path: /^\/(storage|pool)(\/|$)|^\/$/, without: 'storages (Datastore.Audit on /storage)' },
  { privileges: ['Sys.Audit'], path: /^\/(nodes)(\/|$)|^\/$/, without: 'details and tasks of nodes (Sys.Audit on /nodes)' },
];

/**
 * Connects, logs in and looks around, once. Nothing is changed on the cluster.
 * @throws PveError with what a person can do about it.
 */
export async function checkConnection(connection: Connection, secrets: Secrets, options: ClientOptions & { readonly signal?: AbortSignal } = {}): Promise<ConnectionCheck> {
  const { signal, ...clientOptions } = options;
  const client = createClient(connection, secrets, clientOptions);
  try {
    return await checkClient(client, signal);
  } finally {
    client.dispose();
  }
}

/** As {@link checkConnection} with a client that goes on to be used: whoever has given a one-time code need not give another. */
export async function checkClient(client: PveClient, signal?: AbortSignal): Promise<ConnectionCheck> {
  const { connection } = client;
  const request = signal === undefined ? {} : { signal };
  const itsVersion = readObject(version, await client.get('/version', {}, request), connection.name, 'GET /version');
  const mine = readObject(permissions, await client.get('/access/permissions', {}, request), connection.name, 'GET /access/permissions');
  return { version: itsVersion, permissions: mine, warnings: warningsOf(mine, connection) };
}

function warningsOf(mine: Permissions, { authentication }: Connection): readonly string[] {
  const granted = Object.entries(mine);
  const whose = authentication.kind === 'token' ? `The token ${authentication.tokenId}` : `The user ${authentication.user}`;
  if (granted.every(([, privileges]) => Object.keys(privileges).length === 0)) {
    const separation = authentication.kind === 'token' ? ' A token with privilege separation has only the permissions given to itself.' : '';
    return [`${whose} has no permissions, so nothing but the names of nodes can be seen.${separation}`];
  }
  return reading
    .filter(({ privileges, path }) => !granted.some(([where, held]) => path.test(where) && privileges.some((privilege) => privilege in held)))
    .map(({ without }) => `${whose} cannot see ${without}.`);
}
