import type { Permissions } from '../../pve/wire/index.ts';

/** Whether the user holds all of these privileges on an ACL path. */
export type May = (path: string, privileges: readonly string[]) => boolean;

/**
 * Reads `GET /access/permissions`. A path that is not listed has what the nearest listed path above it passes on
 * (PVE::RPCEnvironment, get_effective_permissions and permissions). Paths on which the user holds nothing are not listed either, so what
 * somebody is denied below a path that he has rights on (role NoAccess) is only found out when Proxmox refuses it.
 */
export function mayFrom(permissions: Permissions): May {
  const known = new Map<string, ReadonlySet<string>>();
  const held = (path: string): ReadonlySet<string> => {
    let set = known.get(path);
    if (set === undefined) known.set(path, (set = effective(permissions, path)));
    return set;
  };
  return (path, privileges) => privileges.every((privilege) => held(path).has(privilege));
}

function effective(permissions: Permissions, path: string): ReadonlySet<string> {
  const own = permissions[path];
  if (own !== undefined) return new Set(Object.keys(own));
  for (let above = parent(path); above !== undefined; above = parent(above)) {
    const listed = permissions[above];
    if (listed !== undefined) return new Set(Object.entries(listed).flatMap(([privilege, passedOn]) => (passedOn ? [privilege] : [])));
  }
  return new Set();
}

function parent(path: string): string | undefined {
  return path === '/' ? undefined : path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
