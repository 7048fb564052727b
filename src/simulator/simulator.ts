import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Tickets } from './access/index.ts';
import { createRouter } from './api/router.ts';
import { Consoles } from './console/index.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { type Faults, noFaults } from './faults/index.ts';
import type { ServerCertificate } from './http/certificate.ts';
import { createApiServer } from './http/server.ts';
import { allRoutes } from './routes.ts';
import type { RunningSsh, SshSettings } from './ssh/index.ts';
import type { SimulatedCluster } from './state/create-cluster.ts';

/** The operations on a cluster, without a network in between. */
export function operationsOn(cluster: SimulatedCluster): { readonly dispatch: Dispatch; readonly tickets: Tickets; readonly consoles: Consoles } {
  const tickets = new Tickets(cluster.clock);
  const consoles = new Consoles(cluster.clock);
  return { dispatch: createDispatch(cluster, createRouter(allRoutes(tickets, consoles))), tickets, consoles };
}

export interface SimulatorSettings {
  readonly cluster: SimulatedCluster;
  readonly certificate: ServerCertificate;
  /** 0 takes any free port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly latency?: number;
  readonly faults?: Faults;
  readonly report?: (message: string) => void;
  /** Absent: nodes cannot be reached by SSH. */
  readonly ssh?: Pick<SshSettings, 'port' | 'seed'> & {
    /** Text of an `authorized_keys` file. */
    readonly authorizedKeys: string;
  };
}

export interface RunningSimulator {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly ssh: Omit<RunningSsh, 'close'> | undefined;
  close(): Promise<void>;
}

/** Serves the cluster over HTTPS, and its nodes over SSH where that is asked for. Rejects when a port cannot be listened on. */
export async function serve({ cluster, certificate, port, host = '127.0.0.1', latency = 0, faults = noFaults, report = () => undefined, ssh: wanted }: SimulatorSettings): Promise<RunningSimulator> {
  const { dispatch, tickets, consoles } = operationsOn(cluster);
  const server = createApiServer({ cluster, tickets, consoles, dispatch, certificate, latency, faults, report });
  // Consoles: the server does not count these among its connections any more.
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (_request, socket) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const closeServer = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    });
  const ssh = await startSsh(wanted, { cluster, dispatch, host, report }).catch(async (error: unknown) => {
    await closeServer();
    throw error;
  });
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    ssh,
    close: async () => {
      await Promise.all([closeServer(), ssh?.close()]);
    },
  };
}

/** The SSH server is loaded only when it is asked for. */
async function startSsh(wanted: SimulatorSettings['ssh'], rest: Pick<SshSettings, 'cluster' | 'dispatch' | 'host' | 'report'>): Promise<RunningSsh | undefined> {
  if (wanted === undefined) return undefined;
  const { parseAuthorizedKeys, serveSsh } = await import('./ssh/index.ts');
  return serveSsh({ ...rest, port: wanted.port, seed: wanted.seed, keys: parseAuthorizedKeys(wanted.authorizedKeys, rest.report) });
}
