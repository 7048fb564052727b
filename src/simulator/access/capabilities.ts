import type { Cluster } from '../state/cluster.ts';
import type { Permissions } from './permissions.ts';

/** Privileges that the web interface asks for, by area of the ACL tree (PVE::RPCEnvironment::compute_api_permission). */
const AREAS: Readonly<Record<string, RegExp>> = {
  vms: /^(?:VM\.|Permissions\.Modify)/,
  access: /^(?:(?:User|Group)\.|Permissions\.Modify)/,
  storage: /^(?:Datastore\.|Permissions\.Modify)/,
  nodes: /^(?:Sys\.|Permissions\.Modify)/,
  sdn: /^(?:SDN\.|Permissions\.Modify)/,
  dc: /^(?:Sys\.Audit|Sys\.Modify|SDN\.)/,
  mapping: /^(?:Mapping\.|Permissions\.Modify)/,
};

/** What a login may do anywhere, by area: area → privilege → 1. */
export function capabilities(cluster: Cluster, permissions: Permissions, userid: string): Record<string, Record<string, 1>> {
  const result: Record<string, Record<string, 1>> = Object.fromEntries(Object.keys(AREAS).map((area) => [area, {}]));
  const grant = (area: string, privilege: string): void => void ((result[area] ??= {})[privilege] = 1);
  const paths = new Set(['/', '/nodes', '/access/groups', '/vms', '/storage', '/sdn', '/mapping', ...cluster.access.acl.map((entry) => entry.path)]);
  for (const path of paths) {
    const area = /^\/(\w+)/.exec(path)?.[1] ?? 'dc';
    for (const privilege of permissions.of(userid, path).keys()) {
      if (area === 'pool') {
        if (AREAS['vms']?.test(privilege)) grant('vms', privilege);
        if (AREAS['storage']?.test(privilege)) grant('storage', privilege);
      } else if (AREAS[area]?.test(privilege)) grant(area, privilege);
    }
  }
  return result;
}
