import type { Route } from '../../api/route.ts';
import { featureRoute } from '../features.ts';
import { LXC } from '../kind.ts';
import { rrdRoutes } from '../rrd.ts';
import { cloneRoute } from './clone.ts';
import { configRoutes } from './config.ts';
import { createRoute } from './create.ts';
import { destroyRoute } from './destroy.ts';
import { migrateRoutes } from './migrate.ts';
import { moveVolumeRoute } from './move-volume.ts';
import { powerRoutes } from './power.ts';
import { resizeRoute } from './resize.ts';
import { lxcSnapshotRoutes } from './snapshot-rules.ts';
import { statusRoutes } from './status.ts';
import { templateRoute } from './template.ts';

/** Everything below `/nodes/{node}/lxc` but consoles and the firewall. */
export const routes: readonly Route[] = [
  ...statusRoutes, createRoute, destroyRoute, ...configRoutes, resizeRoute, moveVolumeRoute, ...powerRoutes, ...lxcSnapshotRoutes, featureRoute(LXC), cloneRoute, templateRoute, ...migrateRoutes,
  ...rrdRoutes(LXC),
];
