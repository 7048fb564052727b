import { failure } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Call, Check, Route } from '../api/route.ts';
import type { Access } from '../state/access.ts';
import { PREDEFINED_ROLES, PRIVILEGES, privilegesOf } from './roles.ts';

const ROLEID = string({ format: 'pve-roleid' });
const GROUPID = string({ format: 'pve-groupid' });
const PRIVS = string({ format: 'pve-priv-list' });
const CHANGE_ROLES: Check = ['perm', '/access', ['Sys.Modify']];
const CHANGE_GROUPS: Check = ['perm', '/access/groups', ['Group.Allocate']];

function listRoles(access: Access): unknown[] {
  const names = [...PREDEFINED_ROLES.keys(), ...access.roles.keys()].sort();
  return names.map((roleid) => ({ roleid, privs: [...(privilegesOf(access, roleid) ?? [])].sort().join(','), special: PREDEFINED_ROLES.has(roleid) ? 1 : 0 }));
}

function ownRole(call: Call, verb: string, failed: string): Set<string> {
  const id = String(call.parameters['roleid']);
  if (PREDEFINED_ROLES.has(id)) throw failure(`auto-generated role '${id}' cannot be ${verb}\n`);
  const role = call.cluster.access.roles.get(id);
  if (role === undefined) throw failure(`${failed}: role '${id}' does not exist\n`);
  return role;
}

function addPrivileges(role: Set<string>, call: Call, failed: string): void {
  for (const privilege of splitList(String(call.parameters['privs'] ?? ''))) {
    if (!PRIVILEGES.includes(privilege)) throw failure(`${failed}: invalid privilege '${privilege}'\n`);
    role.add(privilege);
  }
}

function createRole(call: Call): null {
  const id = String(call.parameters['roleid']);
  const { roles } = call.cluster.access;
  if (PREDEFINED_ROLES.has(id) || roles.has(id)) throw failure(`create role failed: role '${id}' already exists\n`);
  const role = new Set<string>();
  addPrivileges(role, call, 'create role failed');
  roles.set(id, role);
  return null;
}

function updateRole(call: Call): null {
  const role = ownRole(call, 'modified', 'update role failed');
  const before = [...role];
  try {
    if (call.parameters['append'] !== true && call.parameters['privs'] !== undefined) role.clear();
    addPrivileges(role, call, 'update role failed');
  } catch (error) {
    role.clear();
    for (const privilege of before) role.add(privilege);
    throw error;
  }
  return null;
}

function dropAcl(access: Access, matches: (entry: Access['acl'][number]) => boolean): void {
  for (let i = access.acl.length - 1; i >= 0; i--) {
    const entry = access.acl[i];
    if (entry !== undefined && matches(entry)) access.acl.splice(i, 1);
  }
}

function groupOf(call: Call, failed = ''): { comment?: string; readonly users: Set<string> } {
  const id = String(call.parameters['groupid']);
  const group = call.cluster.access.groups.get(id);
  if (group === undefined) throw failure(`${failed}group '${id}' does not exist\n`);
  return group;
}

function listGroups(call: Call): unknown[] {
  const seen = (id: string): boolean => call.may(`/access/groups/${id}`, ['User.Modify', 'Sys.Audit', 'Group.Allocate'], true);
  return [...call.cluster.access.groups]
    .filter(([id]) => seen(id))
    .map(([groupid, { comment, users }]) => ({ groupid, users: [...users].join(','), ...(comment === undefined ? {} : { comment }) }));
}

/** `/access/roles` and `/access/groups`. */
export const roleAndGroupRoutes: readonly Route[] = [
  { method: 'GET', path: '/access/roles', permissions: { user: 'all' }, parameters: {}, run: (call) => listRoles(call.cluster.access) },
  { method: 'POST', path: '/access/roles', permissions: { check: CHANGE_ROLES }, parameters: { roleid: ROLEID, privs: optional(PRIVS) }, run: createRole },
  {
    method: 'GET',
    path: '/access/roles/{roleid}',
    permissions: { user: 'all' },
    parameters: { roleid: ROLEID },
    run: (call) => {
      const id = String(call.parameters['roleid']);
      const privileges = privilegesOf(call.cluster.access, id);
      if (privileges === undefined) throw failure(`role '${id}' does not exist\n`);
      return Object.fromEntries([...privileges].map((privilege) => [privilege, 1]));
    },
  },
  { method: 'PUT', path: '/access/roles/{roleid}', permissions: { check: CHANGE_ROLES }, parameters: { roleid: ROLEID, privs: optional(PRIVS), append: optional(boolean()) }, run: updateRole },
  {
    method: 'DELETE',
    path: '/access/roles/{roleid}',
    permissions: { check: CHANGE_ROLES },
    parameters: { roleid: ROLEID },
    run: (call) => {
      ownRole(call, 'deleted', 'delete role failed');
      const id = String(call.parameters['roleid']);
      call.cluster.access.roles.delete(id);
      dropAcl(call.cluster.access, (entry) => entry.role === id);
      return null;
    },
  },
  { method: 'GET', path: '/access/groups', permissions: { user: 'all' }, parameters: {}, run: listGroups },
  {
    method: 'POST',
    path: '/access/groups',
    permissions: { check: CHANGE_GROUPS },
    parameters: { groupid: GROUPID, comment: optional(string()) },
    run: (call) => {
      const id = String(call.parameters['groupid']);
      const { comment } = call.parameters;
      if (call.cluster.access.groups.has(id)) throw failure(`create group failed: group '${id}' already exists\n`);
      call.cluster.access.groups.set(id, { users: new Set(), ...(comment === undefined ? {} : { comment: String(comment) }) });
      return null;
    },
  },
  {
    method: 'GET',
    path: '/access/groups/{groupid}',
    permissions: { check: ['perm', '/access/groups', ['Sys.Audit', 'Group.Allocate'], 'any', 1] },
    parameters: { groupid: GROUPID },
    run: (call) => {
      const { comment, users } = groupOf(call);
      return { members: [...users], ...(comment === undefined ? {} : { comment }) };
    },
  },
  {
    method: 'PUT',
    path: '/access/groups/{groupid}',
    permissions: { check: CHANGE_GROUPS },
    parameters: { groupid: GROUPID, comment: optional(string()) },
    run: (call) => {
      const group = groupOf(call, 'update group failed: ');
      const { comment } = call.parameters;
      if (comment !== undefined) group.comment = String(comment);
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/access/groups/{groupid}',
    permissions: { check: CHANGE_GROUPS },
    parameters: { groupid: GROUPID },
    run: (call) => {
      groupOf(call, 'delete group failed: ');
      const id = String(call.parameters['groupid']);
      call.cluster.access.groups.delete(id);
      dropAcl(call.cluster.access, (entry) => entry.type === 'group' && entry.ugid === id);
      return null;
    },
  },
];
