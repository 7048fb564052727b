import type { Permissions, Route } from '../api/route.ts';

export const ANYBODY: Permissions = { user: 'all' };
export const AUDIT: Permissions = { check: ['perm', '/', ['Sys.Audit']] };

/** A directory of the API: what is below it, under the key that Proxmox uses there. */
export function directory(path: string, key: string, names: readonly string[], permissions: Permissions = ANYBODY): Route {
  return { method: 'GET', path, permissions, parameters: {}, run: () => names.map((name) => ({ [key]: name })) };
}
