import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection, ParsedKey, Server } from 'ssh2';
import type { Dispatch } from '../dispatch.ts';
import type { SimulatedCluster } from '../state/create-cluster.ts';
import { hostKeyFor } from './host-key.ts';
import { logIn } from './login.ts';
import { NodeFiles } from './node-files.ts';
import { serveSession } from './session.ts';
import type { Host } from './shell/program.ts';

export interface SshSettings {
  readonly cluster: SimulatedCluster;
  readonly dispatch: Dispatch;
  /** Of the first node; the others follow with the next ones. 0 takes any free one for each. */
  readonly port: number;
  readonly host: string;
  /** Of the host key. */
  readonly seed: number;
  /** Who holds one of these may log in. */
  readonly keys: readonly ParsedKey[];
  readonly report: (message: string) => void;
}

export interface RunningSsh {
  /** `SHA256:…` of the host key of all nodes. */
  readonly fingerprint: string;
  /** Port of each node. */
  readonly ports: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Serves every node of the cluster by SSH, each on a port of its own. Rejects when one cannot be listened on. */
export async function serveSsh(settings: SshSettings): Promise<RunningSsh> {
  const { cluster, port, host, seed } = settings;
  const { privateKey, fingerprint } = hostKeyFor(seed);
  const connections = new Set<Connection>();
  const servers: Server[] = [];
  const ports = new Map<string, number>();
  const close = async (): Promise<void> => {
    for (const connection of connections) connection.end();
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))));
  };
  try {
    for (const [index, node] of [...cluster.nodes.keys()].entries()) {
      const server = createNodeServer(settings, node, privateKey, connections);
      ports.set(node, await listen(server, port === 0 ? 0 : port + index, host));
      servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { fingerprint, ports, close };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function createNodeServer({ cluster, dispatch, keys, report }: SshSettings, node: string, hostKey: string, connections: Set<Connection>): Server {
  const host: Host = { cluster, dispatch, node, files: new NodeFiles(cluster, node) };
  return new ssh2.Server({ hostKeys: [hostKey], ident: 'OpenSSH_10.0p2 Debian-7' }, (connection) => {
    if (cluster.nodes.get(node)?.online !== true) return void connection.end();
    connections.add(connection);
    // Small answers to small requests; the library's types leave the method out on this side.
    (connection as Connection & { setNoDelay(): void }).setNoDelay();
    connection.on('close', () => connections.delete(connection));
    // Clients that leave in the middle of something.
    connection.on('error', () => connection.end());
    let user = '';
    connection.on('authentication', (attempt) => {
      user = attempt.username;
      logIn(cluster, keys, attempt);
    });
    connection.on('session', (accept) => serveSession(accept(), host, user, report));
  });
}
