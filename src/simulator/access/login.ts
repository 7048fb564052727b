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

/** Which step (30 seconds each, counted from the epoch) the code belongs to: that of now, or the one before or after; undefined when to none of them. */
export function totpStep(call: Pick<Call, 'cluster'>, secret: string, code: string): number | undefined {
  const totp = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) });
  const timestamp = call.cluster.clock.now();
  const distance = totp.validate({ token: code, timestamp, window: 1 });
  return distance === null ? undefined : totp.counter({ timestamp }) + distance;
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
  const step = kind !== 'totp' || user.totp === undefined ? undefined : totpStep(call, user.totp.secret, code);
  if (user.totp === undefined || step === undefined) throw new Error('failed 2nd factor');
  // Who looked over the user's shoulder shall not come in after him (proxmox-tfa, verify_totp).
  if (step <= (user.totp.lastStep ?? -Infinity)) throw new Error('rejecting reused TOTP value');
  user.totp.lastStep = step;
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
