import type { Route } from '../api/route.ts';
import { routes as lxc } from './lxc/index.ts';
import { routes as qemu } from './qemu/index.ts';

/** Virtual machines and containers. */
export const routes: readonly Route[] = [...qemu, ...lxc];

export { importAsUnused } from './qemu/import-disk.ts';
