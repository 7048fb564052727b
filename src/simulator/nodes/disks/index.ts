import type { Route } from '../../api/route.ts';
import { directoryRoutes } from './directory.ts';
import { listRoutes } from './list.ts';
import { lvmRoutes } from './lvm.ts';
import { zfsRoutes } from './zfs.ts';

export { listGroups, listThinPools } from './lvm.ts';
export { listPools } from './zfs.ts';

/** A node's disks and what is made of them. */
export const diskRoutes: readonly Route[] = [...listRoutes, ...lvmRoutes, ...zfsRoutes, ...directoryRoutes];
