import type { Options } from '../../pve/config/index.ts';
import { failure } from '../api/errors.ts';
import { string } from '../api/parameters.ts';
import type { Route } from '../api/route.ts';
import { aclRoutes } from './acl.ts';
import { loginRoutes } from './login.ts';
import { roleAndGroupRoutes } from './roles-groups.ts';
import { secondFactorRoutes } from './second-factors.ts';
import type { Tickets } from './tickets.ts';
import { tokenRoutes } from './tokens.ts';
import { userRoutes } from './users.ts';

export { callerId } from './caller.ts';
export { checkDeclared, demand, permissionError } from './check.ts';
export { enabledUser } from './login.ts';
export { Permissions, splitTokenId } from './permissions.ts';
export { PREDEFINED_ROLES, PRIVILEGES } from './roles.ts';
export { same, Tickets } from './tickets.ts';

const SUBDIRECTORIES = ['acl', 'domains', 'groups', 'openid', 'password', 'permissions', 'roles', 'tfa', 'ticket', 'users'];

function pick(options: Options, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (options.has(name) ? [[name, options.get(name) ?? '']] : [])));
}

const domainRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/access/domains',
    permissions: { user: 'world' },
    parameters: {},
    run: ({ cluster }) => [...cluster.access.domains].map(([realm, { type, options }]) => ({ realm, type, ...pick(options, ['comment', 'tfa', 'default']) })),
  },
  {
    method: 'GET',
    path: '/access/domains/{realm}',
    permissions: { check: ['perm', '/access/realm', ['Realm.Allocate', 'Sys.Audit'], 'any', 1] },
    parameters: { realm: string({ format: 'pve-realm', maxLength: 32 }) },
    run: ({ cluster, parameters }) => {
      const domain = cluster.access.domains.get(String(parameters['realm']));
      if (domain === undefined) throw failure(`domain '${String(parameters['realm'])}' does not exist\n`);
      return { type: domain.type, ...Object.fromEntries(domain.options) };
    },
  },
];

/** Everything below `/access`. */
export function accessRoutes(tickets: Tickets): readonly Route[] {
  return [
    { method: 'GET', path: '/access', permissions: { user: 'all' }, parameters: {}, run: () => SUBDIRECTORIES.map((subdir) => ({ subdir })) },
    ...loginRoutes(tickets),
    ...userRoutes,
    ...tokenRoutes,
    ...roleAndGroupRoutes,
    ...aclRoutes,
    ...secondFactorRoutes,
    ...domainRoutes,
  ];
}
