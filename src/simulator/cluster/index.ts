import type { Route } from '../api/route.ts';
import { acmeRoutes } from './acme.ts';
import { backupJobRoutes } from './backup-jobs.ts';
import { backupInfoRoutes } from './backup-selection.ts';
import { cephRoutes } from './ceph.ts';
import { corosyncRoutes } from './corosync.ts';
import { haRoutes } from './ha/index.ts';
import { jobRoutes } from './jobs.ts';
import { logRoutes } from './log.ts';
import { mappingRoutes } from './mappings.ts';
import { metricRoutes } from './metrics.ts';
import { nextIdRoutes } from './nextid.ts';
import { notificationRoutes } from './notifications.ts';
import { optionRoutes } from './options.ts';
import { replicationRoutes } from './replication.ts';
import { resourceRoutes } from './resources.ts';
import { sdnRoutes } from './sdn.ts';
import { statusRoutes } from './status.ts';
import { taskRoutes } from './tasks.ts';

/** What Proxmox lists below `/cluster`, whether or not the simulation has it. */
const BELOW = [
  'acme', 'backup', 'backup-info', 'bulk-action', 'ceph', 'config', 'firewall', 'ha', 'jobs', 'log', 'mapping', 'metrics', 'notifications', 'nextid', 'options', 'qemu', 'replication',
  'resources', 'status', 'tasks', 'sdn',
];

const index: Route = { method: 'GET', path: '/cluster', permissions: { user: 'all' }, parameters: {}, run: () => BELOW.map((name) => ({ name })) };

/** Everything below `/cluster`. */
export const routes: readonly Route[] = [
  index, ...logRoutes, ...nextIdRoutes, ...optionRoutes, ...resourceRoutes, ...statusRoutes, ...taskRoutes,
  ...backupJobRoutes, ...backupInfoRoutes, ...jobRoutes, ...replicationRoutes, ...haRoutes,
  ...corosyncRoutes, ...mappingRoutes, ...sdnRoutes, ...metricRoutes, ...notificationRoutes, ...acmeRoutes, ...cephRoutes,
];
