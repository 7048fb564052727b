import { accessRoutes, type Tickets } from './access/index.ts';
import type { Route } from './api/route.ts';
import { routes as backup } from './backup/index.ts';
import { routes as cluster } from './cluster/index.ts';
import { type Consoles, consoleRoutes } from './console/index.ts';
import { routes as firewall } from './firewall/index.ts';
import { routes as guests } from './guests/index.ts';
import { routes as nodes } from './nodes/index.ts';
import { routes as pools } from './pools/index.ts';
import { routes as storage } from './storage/index.ts';

const version: Route = {
  method: 'GET',
  path: '/version',
  permissions: { user: 'all' },
  parameters: {},
  run: ({ cluster }) => {
    const console = cluster.options.get('console');
    return { ...cluster.version, ...(console === undefined ? {} : { console }) };
  },
};

const root: Route = {
  method: 'GET',
  path: '/',
  permissions: { user: 'all' },
  parameters: {},
  run: () => ['version', 'cluster', 'nodes', 'storage', 'access', 'pools'].map((subdir) => ({ subdir })),
};

/** Every operation the simulator serves. */
export function allRoutes(tickets: Tickets, consoles: Consoles): readonly Route[] {
  return [root, version, ...accessRoutes(tickets), ...backup, ...cluster, ...firewall, ...nodes, ...guests, ...consoleRoutes(consoles), ...pools, ...storage];
}
