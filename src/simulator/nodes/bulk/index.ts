import { boolean, integer, optional, string } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Route } from '../../api/route.ts';
import { ALL, NODE } from '../parameters.ts';
import { migrateAll } from './migrate.ts';
import { startAll, stopAll, suspendAll } from './power.ts';

export { startAll, stopAll } from './power.ts';

const WORKERS = optional(integer({ minimum: 1, maximum: 64 }));
const COMMON: Parameters = { ...NODE, vms: optional(string({ format: 'pve-vmid-list' })), 'max-workers': WORKERS };

/** Operations on all guests of a node. */
export const bulkRoutes: readonly Route[] = [
  { method: 'POST', path: '/nodes/{node}/startall', permissions: ALL, parameters: { ...COMMON, force: optional(boolean()) }, run: startAll },
  {
    method: 'POST', path: '/nodes/{node}/stopall', permissions: ALL, run: stopAll,
    parameters: { ...COMMON, 'force-stop': optional(boolean({ default: true })), timeout: optional(integer({ minimum: 0, maximum: 7200, default: 180 })) },
  },
  { method: 'POST', path: '/nodes/{node}/suspendall', permissions: ALL, parameters: COMMON, run: suspendAll },
  {
    method: 'POST', path: '/nodes/{node}/migrateall', permissions: ALL, run: migrateAll,
    parameters: { ...COMMON, target: string({ format: 'pve-node' }), maxworkers: WORKERS, 'with-local-disks': optional(boolean()) },
  },
];
