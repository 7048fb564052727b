import type { Route } from '../api/route.ts';
import { aptRoutes } from './apt.ts';
import { bulkRoutes } from './bulk/index.ts';
import { capabilityRoutes } from './capabilities.ts';
import { cephRoutes } from './ceph.ts';
import { certificateRoutes } from './certificates.ts';
import { configRoutes } from './config.ts';
import { diskRoutes } from './disks/index.ts';
import { hardwareRoutes } from './hardware.ts';
import { journalRoutes } from './journal.ts';
import { listRoutes } from './list.ts';
import { networkRoutes } from './network/index.ts';
import { nodePowerRoutes } from './power.ts';
import { reportRoutes } from './report.ts';
import { sdnRoutes } from './sdn.ts';
import { serviceRoutes } from './services.ts';
import { settingRoutes } from './settings.ts';
import { statusRoutes } from './status.ts';
import { subscriptionRoutes } from './subscription.ts';
import { taskRoutes } from './tasks.ts';

/** Everything below `/nodes` but guests, storages, firewall and backups. */
export const routes: readonly Route[] = [
  ...listRoutes,
  ...statusRoutes,
  ...taskRoutes,
  ...journalRoutes,
  ...networkRoutes,
  ...serviceRoutes,
  ...settingRoutes,
  ...configRoutes,
  ...aptRoutes,
  ...diskRoutes,
  ...bulkRoutes,
  ...nodePowerRoutes,
  ...certificateRoutes,
  ...subscriptionRoutes,
  ...hardwareRoutes,
  ...capabilityRoutes,
  ...sdnRoutes,
  ...cephRoutes,
  ...reportRoutes,
];
