import { failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, integer, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { randomUuid } from '../state/random.ts';
import type { Token } from '../state/access.ts';
import { SELF_OR, tokenInfo, userById, USERID } from './users.ts';

const TOKENID = string({ pattern: /^[A-Za-z][A-Za-z0-9.\-_]+$/ });
const permissions = { check: SELF_OR('User.Modify') };

function tokenOf(call: Call): Token {
  const user = userById(call.cluster.access, String(call.parameters['userid']));
  const name = String(call.parameters['tokenid']);
  const token = user.tokens.get(name);
  if (token === undefined) throw failure(`no such token '${name}' for user '${user.userid}'\n`);
  return token;
}

function generate(call: Call): unknown {
  const user = userById(call.cluster.access, String(call.parameters['userid']));
  const name = String(call.parameters['tokenid']);
  if (user.tokens.has(name)) throw parameterError({ tokenid: 'Token already exists.' });
  const { privsep, expire, comment } = call.parameters;
  const token: Token = {
    name,
    secret: randomUuid(call.cluster),
    privsep: privsep !== false,
    expire: Number(expire ?? 0),
    ...(comment === undefined ? {} : { comment: String(comment) }),
  };
  user.tokens.set(name, token);
  return { 'full-tokenid': `${user.userid}!${name}`, info: tokenInfo(token), value: token.secret };
}

function update(call: Call): unknown {
  const token = tokenOf(call);
  const { privsep, expire, comment, regenerate } = call.parameters;
  if (privsep !== undefined) token.privsep = privsep === true;
  if (expire !== undefined) token.expire = Number(expire);
  if (comment !== undefined) token.comment = String(comment);
  for (const option of splitList(String(call.parameters['delete'] ?? ''))) {
    if (option === 'comment') delete token.comment;
    else if (option === 'expire') token.expire = 0;
    else if (option === 'privsep') token.privsep = true;
  }
  if (regenerate !== true) return tokenInfo(token);
  token.secret = randomUuid(call.cluster);
  return { ...tokenInfo(token), value: token.secret, 'full-tokenid': `${String(call.parameters['userid'])}!${token.name}` };
}

function remove(call: Call): null {
  const token = tokenOf(call);
  const { access } = call.cluster;
  const userid = String(call.parameters['userid']);
  access.users.get(userid)?.tokens.delete(token.name);
  for (let i = access.acl.length - 1; i >= 0; i--) {
    if (access.acl[i]?.ugid === `${userid}!${token.name}`) access.acl.splice(i, 1);
  }
  return null;
}

const SETTINGS = { comment: optional(string()), expire: optional(integer({ minimum: 0 })), privsep: optional(boolean()) };

/** `/access/users/{userid}/token`. */
export const tokenRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/access/users/{userid}/token',
    permissions,
    parameters: { userid: USERID },
    run: (call) => [...userById(call.cluster.access, String(call.parameters['userid'])).tokens.values()].map((token) => ({ tokenid: token.name, ...tokenInfo(token) })),
  },
  { method: 'GET', path: '/access/users/{userid}/token/{tokenid}', permissions, parameters: { userid: USERID, tokenid: TOKENID }, run: (call) => tokenInfo(tokenOf(call)) },
  { method: 'POST', path: '/access/users/{userid}/token/{tokenid}', permissions, parameters: { userid: USERID, tokenid: TOKENID, ...SETTINGS }, run: generate },
  {
    method: 'PUT',
    path: '/access/users/{userid}/token/{tokenid}',
    permissions,
    parameters: { userid: USERID, tokenid: TOKENID, ...SETTINGS, delete: optional(string({ format: 'pve-configid-list' })), regenerate: optional(boolean()) },
    run: update,
  },
  { method: 'DELETE', path: '/access/users/{userid}/token/{tokenid}', permissions, parameters: { userid: USERID, tokenid: TOKENID }, run: remove },
];
