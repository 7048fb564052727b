import { failure } from '../../api/errors.ts';
import { boolean, oneOf, optional, string } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Method, Permissions, Route } from '../../api/route.ts';
import { resourceRoutes } from './resources.ts';
import { ruleRoutes } from './rules.ts';
import { statusRoutes } from './status.ts';

const AUDIT: Permissions = { check: ['perm', '/', ['Sys.Audit']] };
const CHANGE: Permissions = { check: ['perm', '/', ['Sys.Console']] };
const GROUP: Parameters = { group: string({ format: 'pve-configid' }) };
const NODES = string({ format: 'pve-ha-node-list' });
const OPTIONS: Parameters = { comment: optional(string({ maxLength: 4096 })), nofailback: optional(boolean()), restricted: optional(boolean()) };

/** A cluster without old groups counts as migrated to rules and answers every call about groups alike. */
function groups(method: Method, path: string, permissions: Permissions, parameters: Parameters, verb: string): Route {
  return {
    method, path, permissions, parameters,
    run: () => {
      throw failure(`cannot ${verb}: ha groups have been migrated to rules\n`);
    },
  };
}

const LIST = '/cluster/ha/groups';
const ONE = `${LIST}/{group}`;

/** `/cluster/ha` (PVE::API2::HAConfig). */
export const haRoutes: readonly Route[] = [
  { method: 'GET', path: '/cluster/ha', permissions: AUDIT, parameters: {}, run: () => ['status', 'resources', 'groups', 'rules'].map((id) => ({ id })) },
  ...resourceRoutes,
  ...ruleRoutes,
  ...statusRoutes,
  groups('GET', LIST, AUDIT, {}, 'index groups'),
  groups('POST', LIST, CHANGE, { ...GROUP, ...OPTIONS, nodes: NODES, type: optional(oneOf('group')) }, 'create group'),
  groups('GET', ONE, AUDIT, GROUP, 'read group'),
  groups('PUT', ONE, CHANGE, {
    ...GROUP, ...OPTIONS, nodes: optional(NODES), digest: optional(string({ maxLength: 64 })), delete: optional(string({ format: 'pve-configid-list', maxLength: 4096 })),
  }, 'update group'),
  groups('DELETE', ONE, CHANGE, GROUP, 'delete group'),
];
