import { enabledUser, same, splitTokenId, type Tickets } from '../access/index.ts';
import type { Cluster } from '../state/cluster.ts';

/** What a request says about who sends it; each as the header has it. */
export interface Credentials {
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
  readonly csrf: string | undefined;
}

/** 401; the message is the status line's reason phrase. */
export class Unauthorised extends Error {}

/** Operations that nobody needs to log in for. */
function isOpen(method: string, path: string): boolean {
  return (
    (path === '/access/domains' && method === 'GET')
    || (path === '/access/ticket' && (method === 'GET' || method === 'POST'))
    || (path === '/access/vncticket' && method === 'POST')
    || (/^\/access\/openid\/(?:login|auth-url)$/.test(path) && method === 'POST')
  );
}

export const isUpload = (method: string, path: string): boolean => method === 'POST' && /^\/nodes\/[^/]+\/storage\/[^/]+\/upload$/.test(path);

function valueOf(name: string, header: string | undefined): string | undefined {
  const found = new RegExp(`(?:^|\\s|;)${name}(?:=| )([^;]*)`).exec(header ?? '')?.[1];
  if (found === undefined || found === '') return undefined;
  try {
    return decodeURIComponent(found);
  } catch {
    return found;
  }
}

/**
 * Who sends the request: a ticket (cookie, or in the Authorization header) first, an API token otherwise. Changes by ticket need the
 * CSRF prevention token, uploads excepted (PVE::HTTPServer::auth_handler).
 * @returns `user@realm`, `user@realm!token`, or undefined where no login is needed
 * @throws Unauthorised
 */
export function authenticate(cluster: Cluster, tickets: Tickets, method: string, path: string, credentials: Credentials): string | undefined {
  if (isOpen(method, path)) return undefined;
  const ticket = valueOf('PVEAuthCookie', credentials.cookie) ?? valueOf('PVEAuthCookie', credentials.authorization);
  if (ticket !== undefined) return byTicket(cluster, tickets, method, path, ticket, credentials.csrf);
  const token = valueOf('PVEAPIToken', credentials.authorization);
  if (token === undefined) throw new Unauthorised('No ticket');
  try {
    return byToken(cluster, token);
  } catch {
    throw new Unauthorised('Authentication failed!');
  }
}

function byTicket(cluster: Cluster, tickets: Tickets, method: string, path: string, text: string, csrf: string | undefined): string {
  let userid: string;
  try {
    const ticket = tickets.read(text);
    // Half a login (a challenge) is none.
    if (ticket === undefined || !('userid' in ticket)) throw new Error('invalid PVE ticket');
    ({ userid } = enabledUser({ cluster }, ticket.userid));
  } catch {
    throw new Unauthorised('Authentication failed!');
  }
  if (method !== 'GET' && !isUpload(method, path) && (csrf === undefined || !tickets.checkCsrf(csrf, userid))) {
    throw new Unauthorised('Permission denied - invalid csrf token');
  }
  return userid;
}

function byToken(cluster: Cluster, text: string): string {
  const equals = text.lastIndexOf('=');
  if (equals < 0) throw new Error('no tokenid specified');
  const id = text.slice(0, equals);
  const { userid, token: name = '' } = splitTokenId(id);
  const token = enabledUser({ cluster }, userid).tokens.get(name);
  if (token === undefined) throw new Error(`no such token '${name}' for user '${userid}'`);
  if (token.expire !== 0 && token.expire < cluster.clock.now() / 1000) throw new Error(`token '${name}' access expired`);
  if (!same(token.secret, text.slice(equals + 1))) throw new Error('invalid token value!');
  return id;
}
