import * as OTPAuth from 'otpauth';
import { ApiError } from '../api/errors.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { splitList } from '../api/formats.ts';
import type { User } from '../state/access.ts';
import { capabilities } from './capabilities.ts';
import { Permissions } from './permissions.ts';
import { same, type Tickets } from './tickets.ts';

/** Throws with the reason that Proxmox writes to its log; callers of the API never learn it. */
export function enabledUser(call: Pick<Call, 'cluster'>, userid: string): User {
  const user = call.cluster.access.users.get(userid);
  if (user === undefined) throw new Error(`no such user ('${userid}')`);
  if (!user.enable) throw new Error(`user '${userid}' is disabled`);
  if (user.expire !== 0 && user.expire < call.cluster.clock.now() / 1000) throw new Error(`user '${userid}' access expired`);
  return user;
}

/** Whether the code is the one of now, or of a step (30 seconds) before or after. */
export function checkTotp(call: Pick<Call, 'cluster'>, secret: string, code: string): boolean {
  const totp = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) });
  return totp.validate({ token: code, timestamp: call.cluster.clock.now(), window: 1 }) !== null;
}

const challengeOf = (user: User): string => JSON.stringify({ totp: user.totp !== undefined, recovery: 'unavailable' });

/** Checks password and second factor. @returns the challenge when a second factor is still wanted */
function authenticate(call: Call, tickets: Tickets, user: User): string | undefined {
  const password = String(call.parameters['password']);
  const otp = call.parameters['otp'];
  const challenge = call.parameters['tfa-challenge'];
  if (otp !== undefined && challenge !== undefined) throw new Error("TFA response should be in 'password', not 'otp' when 'tfa-challenge' is set");
  if (challenge !== undefined) {
    const ticket = tickets.read(String(challenge), user.userid);
    if (ticket === undefined || !('challenge' in ticket) || ticket.challenge !== challengeOf(user)) throw new Error('bad ticket');
    answerChallenge(call, user, password);
    return undefined;
  }
  const ticket = tickets.read(password);
  if (ticket !== undefined && 'userid' in ticket && (ticket.userid === 'root@pam' || ticket.userid === user.userid)) return undefined;
  if (user.password === undefined || !same(user.password, password)) throw new Error('invalid credentials');
  if (user.totp === undefined) return undefined;
  if (otp === undefined) return challengeOf(user);
  answerChallenge(call, user, String(otp));
  return undefined;
}

function answerChallenge(call: Call, user: User, answer: string): void {
  const [, kind, code = ''] = /^(?:([a-z]+):)?(.*)$/.exec(answer) ?? [];
  if (kind !== 'totp' || user.totp === undefined || !checkTotp(call, user.totp.secret, code)) throw new Error('failed 2nd factor');
}

function createTicket(call: Call, tickets: Tickets): unknown {
  const realm = call.parameters['realm'];
  const userid = String(call.parameters['username']) + (realm === undefined ? '' : `@${String(realm)}`);
  const { cluster } = call;
  const permissions = new Permissions(cluster.access, cluster.pools);
  let result: Record<string, unknown>;
  try {
    const user = enabledUser(call, userid);
    const challenge = authenticate(call, tickets, user);
    const { path, privs } = call.parameters;
    if (path !== undefined && !permissions.may(userid, String(path), splitList(String(privs ?? '')))) throw new Error('no permission');
    result = {
      username: userid,
      ticket: challenge === undefined ? tickets.issue({ userid }) : tickets.issue({ challenge }, userid),
      CSRFPreventionToken: tickets.issueCsrf(userid),
      ...(challenge === undefined ? { cap: capabilities(cluster, permissions, userid) } : { NeedTFA: 1 }),
    };
  } catch {
    // Nobody may learn from the answer which users exist.
    throw new ApiError(401, 'authentication failure\n');
  }
  if (cluster.name !== '' && permissions.may(userid, '/', ['Sys.Audit'])) result['clustername'] = cluster.name;
  return result;
}

/** `/access/ticket`. */
export function loginRoutes(tickets: Tickets): readonly Route[] {
  return [
    { method: 'GET', path: '/access/ticket', permissions: { user: 'world' }, parameters: {}, run: () => null },
    {
      method: 'POST',
      path: '/access/ticket',
      permissions: { user: 'world' },
      ticketOnly: true,
      parameters: {
        username: string({ maxLength: 64 }),
        realm: optional(string({ format: 'pve-realm', maxLength: 32 })),
        password: string(),
        otp: optional(string()),
        path: optional(string({ maxLength: 64 })),
        privs: optional(string({ format: 'pve-priv-list', maxLength: 64 })),
        'new-format': optional(boolean()),
        'tfa-challenge': optional(string()),
      },
      run: (call) => createTicket(call, tickets),
    },
  ];
}
