import * as OTPAuth from 'otpauth';
import { ApiError, failure, parameterError } from '../api/errors.ts';
import { boolean, oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { randomUuid } from '../state/random.ts';
import type { User } from '../state/access.ts';
import { callerId } from './caller.ts';
import { totpStep } from './login.ts';
import { same } from './tickets.ts';
import { SELF_OR, userById, USERID } from './users.ts';

const PASSWORD = optional(string({ minLength: 5, maxLength: 64 }));
const read = { check: SELF_OR('User.Modify', 'Sys.Audit') };
const change = { check: SELF_OR('User.Modify') };

const userOf = (call: Call): User => userById(call.cluster.access, String(call.parameters['userid']));

function entries(user: User): unknown[] {
  const { totp } = user;
  return totp === undefined ? [] : [{ id: totp.id, type: 'totp', description: totp.description, created: totp.created, enable: 1 }];
}

/** Everybody but root confirms a change with his own password. */
function confirm(call: Call): void {
  if (callerId(call) === 'root@pam') return;
  const own = call.cluster.access.users.get(call.caller.userid)?.password ?? '';
  if (!same(own, String(call.parameters['password'] ?? ''))) throw new ApiError(401, 'authentication failure\n');
}

function add(call: Call): unknown {
  confirm(call);
  const user = userOf(call);
  if (call.parameters['type'] !== 'totp') throw parameterError({ type: 'only totp can be added here' });
  const uri = String(call.parameters['totp'] ?? '');
  let secret: string;
  try {
    secret = (OTPAuth.URI.parse(uri) as OTPAuth.TOTP).secret.base32;
  } catch {
    throw failure('failed to parse totp uri\n');
  }
  if (totpStep(call, secret, String(call.parameters['value'] ?? '')) === undefined) throw failure('failed to verify TOTP challenge\n');
  user.totp = { id: randomUuid(call.cluster), secret, description: String(call.parameters['description'] ?? ''), created: Math.floor(call.cluster.clock.now() / 1000) };
  return { id: user.totp.id };
}

function entryOf(call: Call): NonNullable<User['totp']> {
  const { totp } = userOf(call);
  const id = String(call.parameters['id']);
  if (totp === undefined || totp.id !== id) throw new ApiError(404, `No such tfa entry '${id}'`);
  return totp;
}

/** `/access/tfa`: TOTP entries, one per user. */
export const secondFactorRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/access/tfa',
    permissions: { user: 'all' },
    parameters: {},
    run: (call) =>
      [...call.cluster.access.users.values()]
        .filter((user) => user.userid === callerId(call) || call.may('/access/groups', ['User.Modify', 'Sys.Audit'], true))
        .filter((user) => user.totp !== undefined)
        .map((user) => ({ userid: user.userid, entries: entries(user) })),
  },
  { method: 'GET', path: '/access/tfa/{userid}', permissions: read, parameters: { userid: USERID }, run: (call) => entries(userOf(call)) },
  {
    method: 'POST',
    path: '/access/tfa/{userid}',
    permissions: change,
    ticketOnly: true,
    parameters: {
      userid: USERID,
      type: oneOf('totp', 'u2f', 'webauthn', 'recovery', 'yubico'),
      description: optional(string({ maxLength: 255 })),
      totp: optional(string()),
      value: optional(string()),
      challenge: optional(string()),
      password: PASSWORD,
    },
    run: add,
  },
  {
    method: 'GET',
    path: '/access/tfa/{userid}/{id}',
    permissions: read,
    parameters: { userid: USERID, id: string() },
    run: (call) => {
      entryOf(call);
      return entries(userOf(call))[0];
    },
  },
  {
    method: 'PUT',
    path: '/access/tfa/{userid}/{id}',
    permissions: change,
    ticketOnly: true,
    parameters: { userid: USERID, id: string(), description: optional(string({ maxLength: 255 })), enable: optional(boolean()), password: PASSWORD },
    run: (call) => {
      confirm(call);
      const entry = entryOf(call);
      const { description } = call.parameters;
      if (description !== undefined) entry.description = String(description);
      return null;
    },
  },
  {
    method: 'DELETE',
    path: '/access/tfa/{userid}/{id}',
    permissions: change,
    ticketOnly: true,
    parameters: { userid: USERID, id: string(), password: PASSWORD },
    run: (call) => {
      confirm(call);
      entryOf(call);
      delete userOf(call).totp;
      return null;
    },
  },
  {
    method: 'GET',
    path: '/access/users/{userid}/tfa',
    permissions: read,
    parameters: { userid: USERID, multiple: optional(boolean()) },
    run: (call) => (userOf(call).totp === undefined ? {} : call.parameters['multiple'] === true ? { types: ['totp'] } : { user: 'oath' }),
  },
];
