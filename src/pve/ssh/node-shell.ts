import * as z from 'zod';
import type { PveClient } from '../client.ts';
import type { Connection, Secrets } from '../connection.ts';
import { PveError } from '../errors.ts';
import { credentialsFor } from './credentials.ts';
import { runCommand, type ShellResult } from './run-command.ts';
import { parseAddress, type SshAddress } from './settings.ts';

/** Runs commands on a cluster's nodes, for what the API has no way to do. */
export interface NodeShell {
  /** Program and arguments; nothing in them is taken for syntax of the shell. Throws as {@link runCommand} does. */
  run(node: string, command: readonly string[], signal: AbortSignal): Promise<ShellResult>;
  /** Where a node is reached: what the settings say, or what the cluster does. */
  addressOf(node: string, signal: AbortSignal): Promise<SshAddress>;
}

export interface NodeShellOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Milliseconds; default 15,000. */
  readonly timeout?: number;
}

/** `GET /cluster/status`: a single node that is no cluster has itself in it. */
const clusterStatus = z.array(z.object({ type: z.string(), name: z.string().optional(), ip: z.string().optional() }));

export function createNodeShell(connection: Connection, secrets: Secrets, client: PveClient, { environment = process.env, timeout = 15_000 }: NodeShellOptions = {}): NodeShell {
  const { hosts = {}, port = 22, user = 'root' } = connection.ssh ?? {};
  const addressOf = async (node: string, signal: AbortSignal): Promise<SshAddress> => {
    const set = hosts[node];
    if (set !== undefined) return parseAddress(set, port);
    const rows = clusterStatus.parse(await client.get('/cluster/status', {}, { signal }));
    const ip = rows.find(({ type, name }) => type === 'node' && name === node)?.ip;
    if (ip === undefined || ip === '') throw new PveError({ kind: 'not-found', message: `The cluster tells no address of node ${node}.`, advice: 'Say where it is in the connection’s setting `ssh.hosts`.' });
    return { host: ip, port };
  };
  return {
    addressOf,
    async run(node, command, signal) {
      const address = await addressOf(node, signal);
      const hostKey = acceptedHostKey(connection, address);
      return runCommand({ node, address, user, hostKey, timeout, signal, credentials: hostKey === undefined ? [] : await credentialsFor(connection, user, secrets, environment) }, command);
    },
  };
}

export function acceptedHostKey({ ssh }: Connection, { host, port }: SshAddress): string | undefined {
  return Object.entries(ssh?.hostKeys ?? {}).find(([key]) => {
    const known = parseAddress(key, 22);
    return known.host === host && known.port === port;
  })?.[1];
}
