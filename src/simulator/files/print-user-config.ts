import { encodeText } from '../../pve/config/index.ts';
import type { AclEntry, UserConfig } from './user-config.ts';

const encoded = (text: string | undefined): string => (text === undefined ? '' : encodeText(text));
const flag = (value: boolean): string => (value ? '1' : '0');
const sorted = (items: Iterable<string | number>): string => [...items].map(String).sort().join(',');

function by<T>(items: readonly T[], name: (item: T) => string): T[] {
  return [...items].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** Writes `user.cfg` in Proxmox's order (PVE::AccessControl::write_user_config): users with their tokens, groups, pools, roles, ACL. */
export function printUserConfig({ users, tokens, groups, pools, roles, acl }: UserConfig): string {
  const lines: string[] = [];
  const line = (...fields: string[]): void => void lines.push(`${fields.join(':')}:`);
  const tokensOf = Map.groupBy(tokens, ({ tokenid }) => tokenid.slice(0, tokenid.lastIndexOf('!')));
  for (const user of by(users, ({ userid }) => userid)) {
    line('user', user.userid, flag(user.enable), String(user.expire), encoded(user.firstname), encoded(user.lastname), user.email ?? '', encoded(user.comment), user.keys ?? '');
    for (const token of by(tokensOf.get(user.userid) ?? [], ({ tokenid }) => tokenid)) {
      line('token', token.tokenid, String(token.expire), flag(token.privsep), encoded(token.comment));
    }
  }
  lines.push('');
  for (const { groupid, users: members, comment } of by(groups, (group) => group.groupid)) line('group', groupid, sorted(members), encoded(comment));
  lines.push('');
  for (const { poolid, comment, vms, storages } of by(pools, (pool) => pool.poolid)) line('pool', poolid, encoded(comment), sorted(vms), sorted(storages));
  lines.push('');
  for (const { roleid, privileges } of by(roles, (role) => role.roleid)) line('role', roleid, sorted(privileges));
  lines.push('');
  lines.push(...printAcl(acl));
  return lines.map((text) => `${text}\n`).join('');
}

/** Everybody who has the same roles on a path stands in one line; paths come as a tree is walked. */
function printAcl(acl: readonly AclEntry[]): string[] {
  const members = new Map<string, { readonly entry: AclEntry; readonly member: string; readonly roles: string[] }>();
  for (const entry of acl) {
    // root@pam is Administrator in any case; Proxmox never writes that down.
    if (entry.ugid === 'root@pam' && entry.path === '/' && entry.role === 'Administrator') continue;
    const member = entry.type === 'group' ? `@${entry.ugid}` : entry.ugid;
    const key = JSON.stringify([entry.path, entry.propagate, member]);
    const found = members.get(key) ?? { entry, member, roles: [] };
    found.roles.push(entry.role);
    members.set(key, found);
  }
  const lines = new Map<string, { readonly path: string; readonly propagate: string; readonly roles: string; readonly members: string[] }>();
  for (const { entry, member, roles } of members.values()) {
    const line = { path: entry.path, propagate: flag(entry.propagate), roles: sorted(roles) };
    const key = JSON.stringify(line);
    const found = lines.get(key) ?? { ...line, members: [] };
    found.members.push(member);
    lines.set(key, found);
  }
  // A tree walk compares names; in plain text order `-` and `.` would come before `/`.
  const walk = (path: string): string => path.replaceAll('/', '\x01');
  return by([...lines.values()], ({ path, propagate, roles }) => `${walk(path)}\0${propagate}\0${roles}`).map(
    ({ path, propagate, roles, members: who }) => `acl:${propagate}:${path}:${sorted(who)}:${roles}:`,
  );
}
