import { decodeText, splitList } from '../../pve/config/index.ts';
import type { LineProblem } from './section-config.ts';
import type { AclEntry, GroupEntry, PoolEntry, RoleEntry, TokenEntry, UserConfig, UserEntry } from './user-config.ts';

const REALM = '[A-Za-z][A-Za-z0-9.\\-_]+';
const USER = new RegExp(`^[^\\s:/]+@${REALM}$`);
const TOKEN = new RegExp(`^([^\\s:/]+@${REALM})!${REALM}$`);
const NAME = /^[A-Za-z0-9.\-_]+$/;
const POOL = /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/;
const STORAGE = /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i;

/** One slash between names, none at the end, one in front; undefined for what is no path (PVE::AccessControl::normalize_path). */
function normalizePath(text: string): string | undefined {
  if (text === '') return undefined;
  const path = `/${text.split('/').filter((part) => part !== '').join('/')}`;
  return /^[A-Za-z0-9.\-_/]+$/.test(path) ? path : undefined;
}

type Fields = (string | undefined)[];

/** What has been read so far, by name: a later line of the same name adds to it or replaces it, as in Proxmox. */
interface Reading {
  readonly users: Map<string, UserEntry>;
  readonly tokens: Map<string, TokenEntry>;
  readonly groups: Map<string, GroupEntry>;
  readonly pools: Map<string, PoolEntry>;
  readonly roles: Map<string, RoleEntry>;
  readonly acl: Map<string, AclEntry>;
  readonly pooled: Set<number>;
  readonly ignore: (what: string) => void;
}

const decoded = (text: string | undefined): string | undefined => (text === undefined || text === '' ? undefined : decodeText(text));
const isUser = (text: string): boolean => text.length <= 64 && USER.test(text);
const isSet = (text: string | undefined): boolean => text !== undefined && text !== '' && text !== '0';

function readUser(into: Reading, [userid = '', enable, expire = '', firstname, lastname, email, comment, keys]: Fields): void {
  if (!isUser(userid)) return into.ignore(`user '${userid}' - invalid user name`);
  if (!/^\d*$/.test(expire)) return into.ignore(`user '${userid}' - (illegal characters in expire '${expire}')`);
  const texts = { firstname: decoded(firstname), lastname: decoded(lastname), email: email || undefined, comment: decoded(comment), keys: isSet(keys) ? keys : undefined };
  into.users.set(userid, { userid, enable: isSet(enable), expire: Number(expire), ...present(texts) });
}

/** Without the members that are undefined. */
function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function readToken(into: Reading, [tokenid = '', expire = '', privsep, comment]: Fields): void {
  const user = TOKEN.exec(tokenid)?.[1];
  if (user === undefined) return into.ignore(`invalid tokenid '${tokenid}'`);
  if (!/^\d*$/.test(expire)) return into.ignore(`token '${tokenid}' - (illegal characters in expire '${expire}')`);
  if (!into.users.has(user)) return into.ignore(`token '${tokenid}' - user does not exist`);
  into.tokens.set(tokenid, { tokenid, expire: Number(expire), privsep: isSet(privsep), ...present({ comment: decoded(comment) }) });
}

function readGroup(into: Reading, [groupid = '', members = '', comment]: Fields): void {
  if (!NAME.test(groupid)) return into.ignore(`group '${groupid}' - invalid characters in group name`);
  const earlier = into.groups.get(groupid);
  const users = new Set(earlier?.users);
  for (const user of splitList(members)) {
    if (!isUser(user)) into.ignore(`invalid group member '${user}'`);
    else {
      if (!into.users.has(user)) into.ignore(`invalid group member '${user}'`);
      users.add(user);
    }
  }
  into.groups.set(groupid, { groupid, users: [...users], ...present({ comment: decoded(comment) ?? earlier?.comment }) });
}

function readPool(into: Reading, [poolid = '', comment, members = '', stores = '']: Fields): void {
  if (!POOL.test(poolid)) return into.ignore(`pool '${poolid}' - invalid characters in pool name`);
  const earlier = into.pools.get(poolid);
  const vms = [...(earlier?.vms ?? [])];
  for (const text of splitList(members)) {
    const vmid = Number(text);
    if (!/^\d+$/.test(text)) into.ignore(`invalid vmid '${text}' in pool '${poolid}'`);
    else if (into.pooled.has(vmid)) into.ignore(`duplicate vmid '${vmid}' in pool '${poolid}'`);
    else {
      into.pooled.add(vmid);
      vms.push(vmid);
    }
  }
  const storages = new Set(earlier?.storages);
  for (const storage of splitList(stores)) {
    if (STORAGE.test(storage)) storages.add(storage);
    else into.ignore(`invalid storage '${storage}' in pool '${poolid}'`);
  }
  into.pools.set(poolid, { poolid, vms, storages: [...storages], ...present({ comment: decoded(comment) ?? earlier?.comment }) });
}

function readRole(into: Reading, [roleid = '', privileges = '']: Fields): void {
  if (!NAME.test(roleid)) return into.ignore(`role '${roleid}' - invalid characters in role name`);
  into.roles.set(roleid, { roleid, privileges: [...new Set([...(into.roles.get(roleid)?.privileges ?? []), ...splitList(privileges)])] });
}

function whom(into: Reading, text: string): Pick<AclEntry, 'type' | 'ugid'> | undefined {
  if (text.startsWith('@') && NAME.test(text.slice(1))) {
    if (!into.groups.has(text.slice(1))) into.ignore(`invalid acl group '${text.slice(1)}'`);
    return { type: 'group', ugid: text.slice(1) };
  }
  if (TOKEN.test(text)) {
    if (into.tokens.has(text)) return { type: 'token', ugid: text };
    into.ignore(`invalid acl token '${text}'`);
    return undefined;
  }
  if (isUser(text)) {
    if (!into.users.has(text)) into.ignore(`invalid acl member '${text}'`);
    return { type: 'user', ugid: text };
  }
  into.ignore(`invalid user/group '${text}' in acl`);
  return undefined;
}

function readAcl(into: Reading, [propagate, pathText = '', members = '', roles = '']: Fields): void {
  const path = normalizePath(pathText);
  if (path === undefined) return into.ignore(`invalid path in acl '${pathText}'`);
  const valid = splitList(roles).filter((role) => NAME.test(role) || void into.ignore(`invalid role name '${role}' in acl`));
  for (const member of splitList(members)) {
    const who = whom(into, member);
    if (who === undefined) continue;
    for (const role of valid) into.acl.set(JSON.stringify([path, who.type, who.ugid, role]), { path, ...who, role, propagate: isSet(propagate) });
  }
}

const READERS: Readonly<Record<string, (into: Reading, fields: Fields) => void>> = { user: readUser, token: readToken, group: readGroup, pool: readPool, role: readRole, acl: readAcl };

/** Reads `user.cfg` (PVE::AccessControl::parse_user_config). What Proxmox ignores with a warning is told and, but for members that do not exist, left out. */
export function parseUserConfig(text: string): { access: UserConfig; problems: LineProblem[] } {
  const problems: LineProblem[] = [];
  let line = 0;
  const into: Reading = {
    users: new Map(),
    tokens: new Map(),
    groups: new Map(),
    pools: new Map(),
    roles: new Map(),
    acl: new Map(),
    pooled: new Set(),
    ignore: (what) => void problems.push({ line, message: `ignore ${what}` }),
  };
  for (const raw of text.split('\n')) {
    line += 1;
    if (raw.trim() === '') continue;
    const [kind = '', ...fields] = raw.trim().split(':').map((field) => field.trim());
    const read = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
    if (read === undefined) into.ignore(`config line: ${raw.trim()}`);
    else read(into, fields);
  }
  const { users, tokens, groups, pools, roles, acl } = into;
  return {
    access: { users: [...users.values()], tokens: [...tokens.values()], groups: [...groups.values()], pools: [...pools.values()], roles: [...roles.values()], acl: [...acl.values()] },
    problems,
  };
}
