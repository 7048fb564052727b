import { ApiError, failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, integer, optional, type Parameters, string } from '../api/parameters.ts';
import type { Call, Check, Route } from '../api/route.ts';
import type { Access, Token, User } from '../state/access.ts';
import { callerId } from './caller.ts';

export const USERID = string({ format: 'pve-userid', maxLength: 64 });
const TEXTS = ['firstname', 'lastname', 'email', 'comment', 'keys'] as const;

const SETTINGS: Parameters = {
  enable: optional(boolean()),
  expire: optional(integer({ minimum: 0 })),
  firstname: optional(string({ maxLength: 1024 })),
  lastname: optional(string({ maxLength: 1024 })),
  email: optional(string({ format: 'email-opt', maxLength: 254 })),
  comment: optional(string({ maxLength: 2048 })),
  keys: optional(string({ pattern: /^[0-9a-zA-Z!=]{0,4096}$/ })),
  groups: optional(string({ format: 'pve-groupid-list' })),
};

/** The user or 500 `no such user ('…')`. */
export function userById(access: Access, userid: string): User {
  const user = access.users.get(userid);
  if (user === undefined) throw failure(`no such user ('${userid}')\n`);
  return user;
}

export function tokenInfo(token: Token): Record<string, unknown> {
  return { privsep: token.privsep ? 1 : 0, expire: token.expire, ...(token.comment === undefined ? {} : { comment: token.comment }) };
}

function groupsOf(access: Access, userid: string): string[] {
  return [...access.groups].filter(([, group]) => group.users.has(userid)).map(([id]) => id);
}

function settingsOf(user: User): Record<string, unknown> {
  const row: Record<string, unknown> = { enable: user.enable ? 1 : 0, expire: user.expire };
  for (const name of TEXTS) if (user[name] !== undefined) row[name] = user[name];
  return row;
}

function list(call: Call): unknown[] {
  const { access } = call.cluster;
  const privileges = ['User.Modify', 'Sys.Audit'];
  const caller = callerId(call);
  const all = call.may('/access/groups', privileges, true);
  const seen = new Set([...access.groups].filter(([id]) => call.may(`/access/groups/${id}`, privileges, true)).flatMap(([, group]) => [...group.users]));
  const rows: unknown[] = [];
  for (const user of [...access.users.values()].sort((a, b) => (a.userid < b.userid ? -1 : 1))) {
    if (!all && user.userid !== caller && !seen.has(user.userid)) continue;
    const { enabled } = call.parameters;
    if (enabled !== undefined && enabled !== user.enable) continue;
    const row = { ...settingsOf(user), userid: user.userid, 'realm-type': access.domains.get(realmOf(user.userid))?.type };
    if (call.parameters['full'] === true) {
      Object.assign(row, {
        groups: groupsOf(access, user.userid).join(','),
        tokens: [...user.tokens.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((token) => ({ tokenid: token.name, ...tokenInfo(token) })),
      });
    }
    rows.push(row);
  }
  return rows;
}

const realmOf = (userid: string): string => userid.slice(userid.lastIndexOf('@') + 1);

function read(call: Call): unknown {
  const { access } = call.cluster;
  const user = userById(access, String(call.parameters['userid']));
  return { ...settingsOf(user), groups: groupsOf(access, user.userid), tokens: Object.fromEntries([...user.tokens].map(([name, token]) => [name, tokenInfo(token)])) };
}

function apply(call: Call, user: User, append: boolean): void {
  const { parameters } = call;
  if (parameters['enable'] !== undefined) user.enable = parameters['enable'] === true;
  if (parameters['expire'] !== undefined) user.expire = Number(parameters['expire']);
  for (const name of TEXTS) {
    const value = parameters[name];
    if (value !== undefined) user[name] = String(value);
  }
  if (parameters['groups'] === undefined) return;
  const { groups } = call.cluster.access;
  const wanted = splitList(String(parameters['groups']));
  for (const id of wanted) if (!groups.has(id)) throw failure(`no such group '${id}'\n`);
  if (!append) for (const group of groups.values()) group.users.delete(user.userid);
  for (const id of wanted) groups.get(id)?.users.add(user.userid);
}

function create(call: Call): null {
  const { access } = call.cluster;
  const userid = String(call.parameters['userid']);
  if (access.users.has(userid)) throw failure(`create user failed: user '${userid}' already exists\n`);
  if (!access.domains.has(realmOf(userid))) throw failure(`create user failed: no such realm '${realmOf(userid)}'\n`);
  const password = call.parameters['password'];
  const user: User = { userid, enable: true, expire: 0, tokens: new Map(), ...(password === undefined ? {} : { password: String(password) }) };
  apply(call, user, true);
  access.users.set(userid, user);
  return null;
}

function remove(call: Call): null {
  const { access } = call.cluster;
  const userid = String(call.parameters['userid']);
  if (userid === callerId(call)) throw failure("delete user failed: It is not allowed to delete the currently used user\n");
  userById(access, userid);
  access.users.delete(userid);
  for (const group of access.groups.values()) group.users.delete(userid);
  for (let i = access.acl.length - 1; i >= 0; i--) {
    const ugid = access.acl[i]?.ugid ?? '';
    if (ugid === userid || ugid.startsWith(`${userid}!`)) access.acl.splice(i, 1);
  }
  return null;
}

function changePassword(call: Call): null {
  const userid = String(call.parameters['userid']);
  const user = userById(call.cluster.access, userid);
  if (callerId(call) !== 'root@pam') {
    const own = call.cluster.access.users.get(call.caller.userid)?.password;
    const given = call.parameters['confirmation-password'];
    if (given === undefined) throw parameterError({ 'confirmation-password': 'Parameter is required.' });
    if (own !== String(given)) throw new ApiError(401, 'authentication failure\n');
    if (userid === 'root@pam') throw failure('only root can change the root password\n');
  }
  user.password = String(call.parameters['password']);
  return null;
}

export const SELF_OR = (...privileges: string[]): Check => ['or', ['userid-param', 'self'], ['userid-group', privileges]];

/** `/access/users` and `/access/password`. */
export const userRoutes: readonly Route[] = [
  { method: 'GET', path: '/access/users', permissions: { user: 'all' }, parameters: { enabled: optional(boolean()), full: optional(boolean()) }, run: list },
  {
    method: 'POST',
    path: '/access/users',
    permissions: { check: ['and', ['userid-param', 'Realm.AllocateUser'], ['userid-group', ['User.Modify'], 'groups_param', 'create']] },
    parameters: { userid: USERID, ...SETTINGS, password: optional(string({ minLength: 8, maxLength: 64 })) },
    run: create,
  },
  { method: 'GET', path: '/access/users/{userid}', permissions: { check: ['userid-group', ['User.Modify', 'Sys.Audit']] }, parameters: { userid: USERID }, run: read },
  {
    method: 'PUT',
    path: '/access/users/{userid}',
    permissions: { check: ['userid-group', ['User.Modify'], 'groups_param', 'update'] },
    parameters: { userid: USERID, ...SETTINGS, append: optional(boolean()) },
    run: (call) => {
      apply(call, userById(call.cluster.access, String(call.parameters['userid'])), call.parameters['append'] === true);
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/access/users/{userid}',
    permissions: { check: ['and', ['userid-param', 'Realm.AllocateUser'], ['userid-group', ['User.Modify']]] },
    parameters: { userid: USERID },
    run: remove,
  },
  {
    method: 'PUT',
    path: '/access/password',
    permissions: { check: ['or', ['userid-param', 'self'], ['and', ['userid-param', 'Realm.AllocateUser'], ['userid-group', ['User.Modify']]]] },
    ticketOnly: true,
    parameters: { userid: USERID, password: string({ minLength: 8, maxLength: 64 }), 'confirmation-password': optional(string({ minLength: 5, maxLength: 64 })) },
    run: changePassword,
  },
];
