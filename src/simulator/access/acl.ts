import { failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { AclEntry } from '../state/access.ts';
import { callerId } from './caller.ts';
import { demand } from './check.ts';
import { type Granted, normalizePath, Permissions, splitTokenId } from './permissions.ts';
import { privilegesOf } from './roles.ts';

const NAME = '[A-Za-z0-9.\\-_]+';
const ID = '[A-Za-z0-9]+';

/** The paths an ACL may name (`check_path` of pve-access-control). */
const PATHS = new RegExp(
  `^(?:/|/access(?:/groups(?:/${NAME})?|/realm(?:/${NAME})?)?|/nodes(?:/${NAME})?|/pool(?:/${NAME}){0,3}`
    + `|/sdn(?:/controllers(?:/[A-Za-z0-9_-]+)?|/(?:dns|fabrics|ipams|prefix-lists|route-maps)(?:/${ID})?|/zones(?:/${NAME}(?:/${NAME}(?:/[1-9][0-9]{0,3})?)?)?)?`
    + `|/storage(?:/${NAME})?|/vms(?:/[1-9][0-9]{2,})?|/mapping(?:/${NAME}){0,2})$`,
);

function list(call: Call): unknown[] {
  const audit = call.may('/access', ['Sys.Audit']);
  const mayModify = (path: string): boolean => call.may(path, ['Permissions.Modify', ...extraPrivilege(path)], true);
  return [...call.cluster.access.acl]
    .filter((entry) => audit || mayModify(entry.path))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ path, type, ugid, role, propagate }) => ({ path, type, ugid, roleid: role, propagate: propagate ? 1 : 0 }));
}

function extraPrivilege(path: string): string[] {
  if (/^\/storage\/./.test(path)) return ['Datastore.Allocate'];
  if (/^\/vms\/./.test(path)) return ['VM.Allocate'];
  return /^\/pool\/./.test(path) ? ['Pool.Allocate'] : [];
}

/** Whoever may not change permissions as such can only hand on what he has himself. */
function checkHandingOn(own: Granted, privileges: ReadonlySet<string>, role: string, propagate: boolean, removing: boolean): void {
  if (own.has('Permissions.Modify')) return;
  const verb = removing ? 'remove' : 'add';
  for (const privilege of privileges) {
    const has = own.get(privilege);
    if (has === undefined) throw parameterError({ role: `Cannot ${verb} role '${role}' - requires 'Permissions.Modify' or superset of privileges.` });
    if (propagate && !has && !removing) throw parameterError({ role: `Cannot ${verb} role '${role}' with propagation - requires 'Permissions.Modify' or propagated superset of privileges.` });
  }
  if (role === 'NoAccess') throw parameterError({ role: `Cannot ${verb} role '${role}' - requires 'Permissions.Modify'` });
}

/** Whom a change is for; throws where somebody does not exist. */
function subjects(call: Call): { readonly type: AclEntry['type']; readonly ugid: string }[] {
  const { access } = call.cluster;
  const read = (name: string): string[] => splitList(String(call.parameters[name] ?? ''));
  const failed = (message: string): Error => failure(`ACL update failed: ${message}\n`);
  return [
    ...read('groups').map((ugid) => {
      if (!access.groups.has(ugid)) throw failed(`group '${ugid}' does not exist`);
      return { type: 'group' as const, ugid };
    }),
    ...read('users').map((ugid) => {
      if (!access.users.has(ugid)) throw failed(`user '${ugid}' does not exist`);
      return { type: 'user' as const, ugid };
    }),
    ...read('tokens').map((ugid) => {
      const { userid, token = '' } = splitTokenId(ugid);
      if (!access.users.get(userid)?.tokens.has(token)) throw failed(`no such token '${token}' for user '${userid}'`);
      return { type: 'token' as const, ugid };
    }),
  ];
}

function update(call: Call): null {
  const { users, groups, tokens } = call.parameters;
  if (!users && !groups && !tokens) {
    const message = "either 'users', 'groups' or 'tokens' is required.";
    throw parameterError({ users: message, groups: message, tokens: message });
  }
  const removing = call.parameters['delete'] === true;
  const given = String(call.parameters['path']);
  const path = normalizePath(given);
  if (path === undefined || (!removing && !PATHS.test(path))) throw parameterError({ path: `invalid ACL path '${given}'` });
  const { access, pools } = call.cluster;
  const own = new Permissions(access, pools).of(callerId(call), path);
  const propagate = call.parameters['propagate'] !== false;
  for (const role of splitList(String(call.parameters['roles']))) {
    const privileges = privilegesOf(access, role);
    if (privileges === undefined) throw failure(`ACL update failed: role '${role}' does not exist\n`);
    checkHandingOn(own, privileges, role, propagate, removing);
    for (const { type, ugid } of subjects(call)) {
      const at = access.acl.findIndex((entry) => entry.path === path && entry.type === type && entry.ugid === ugid && entry.role === role);
      const entry = access.acl[at];
      if (removing) {
        if (entry !== undefined) access.acl.splice(at, 1);
      } else if (entry === undefined) access.acl.push({ path, type, ugid, role, propagate });
      else entry.propagate = propagate;
    }
  }
  return null;
}

const TOP = ['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms', '/mapping'];

function effective(call: Call): unknown {
  const { access, pools } = call.cluster;
  const caller = callerId(call);
  const user = String(call.parameters['userid'] ?? caller);
  const permissions = new Permissions(access, pools);
  if (user !== caller && splitTokenId(user).userid !== caller) demand(permissions, caller, '/access', ['Sys.Audit']);
  const print = (path: string): [string, Record<string, number>] => [path, Object.fromEntries([...permissions.of(user, path)].map(([privilege, propagate]) => [privilege, propagate ? 1 : 0]))];
  const asked = call.parameters['path'];
  if (asked !== undefined) return Object.fromEntries([print(normalizePath(String(asked)) ?? '/')]);
  const members = [...pools.values()].flatMap((pool) => [`/pool/${pool.poolid}`, ...[...pool.guests].map((vmid) => `/vms/${vmid}`), ...[...pool.storages].map((id) => `/storage/${id}`)]);
  const paths = new Set([...TOP, ...access.acl.map((entry) => entry.path), ...members]);
  return Object.fromEntries([...paths].map(print).filter(([, granted]) => Object.keys(granted).length > 0));
}

/** `/access/acl` and `/access/permissions`. */
export const aclRoutes: readonly Route[] = [
  { method: 'GET', path: '/access/acl', permissions: { user: 'all' }, parameters: {}, run: list },
  {
    method: 'PUT',
    path: '/access/acl',
    permissions: { check: ['perm-modify', '{path}'] },
    parameters: {
      path: string(),
      roles: string({ format: 'pve-roleid-list' }),
      users: optional(string({ format: 'pve-userid-list' })),
      groups: optional(string({ format: 'pve-groupid-list' })),
      tokens: optional(string({ format: 'pve-tokenid-list' })),
      propagate: optional(boolean()),
      delete: optional(boolean()),
    },
    run: update,
  },
  {
    method: 'GET',
    path: '/access/permissions',
    permissions: { user: 'all' },
    parameters: { userid: optional(string({ pattern: /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+(?:![A-Za-z][A-Za-z0-9.\-_]+)?$/ })), path: optional(string()) },
    run: effective,
  },
];
