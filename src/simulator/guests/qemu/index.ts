import type { Route } from '../../api/route.ts';
import { featureRoute } from '../features.ts';
import { QEMU } from '../kind.ts';
import { rrdRoutes } from '../rrd.ts';
import { agentRoutes } from './agent/index.ts';
import { cloneRoute } from './clone.ts';
import { cloudinitRoutes } from './cloudinit.ts';
import { configRoutes } from './config.ts';
import { createRoute } from './create.ts';
import { destroyRoute } from './destroy.ts';
import { migrateRoute } from './migrate.ts';
import { migrationConditionsRoute } from './migration-conditions.ts';
import { monitorRoutes } from './monitor.ts';
import { moveDiskRoute } from './move-disk.ts';
import { powerRoutes } from './power.ts';
import { resizeRoute } from './resize.ts';
import { qemuSnapshotRoutes } from './snapshot-rules.ts';
import { statusRoutes } from './status.ts';
import { templateRoute } from './template.ts';

/** Everything below `/nodes/{node}/qemu` but consoles and the firewall. */
export const routes: readonly Route[] = [
  ...statusRoutes, createRoute, destroyRoute, ...configRoutes, resizeRoute, moveDiskRoute, migrationConditionsRoute, migrateRoute, ...powerRoutes, ...qemuSnapshotRoutes, featureRoute(QEMU), cloneRoute, templateRoute, ...cloudinitRoutes,
  ...agentRoutes, ...monitorRoutes, ...rrdRoutes(QEMU),
];
