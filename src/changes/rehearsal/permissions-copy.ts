import { randomUUID } from 'node:crypto';
import { type Permissions, permissions } from '../../pve/wire/index.ts';
import type { Connection } from '../../pve/index.ts';
import type { Reading } from './reading.ts';

/** Who acts in the copy, with exactly the privileges of whom the connection belongs to. */
const actor = { user: 'rehearsal@pve', token: 'rehearsal@pve!twin' };

/** How the copy is spoken to: as root itself, by the token of root's, or as somebody with fewer privileges, whose token's secret is made up. */
export type Actor = { readonly kind: 'root' } | { readonly kind: 'root-token' } | { readonly kind: 'token'; readonly tokenId: string; readonly secret: string };

export interface PermissionsCopy {
  readonly actor: Actor;
  /** Lines for `user.cfg`. */
  readonly users: string;
  /** `priv/token.cfg`. */
  readonly tokens: string;
}

/** What the connection's user may do, as users, roles and ACL entries of the copy. Who cannot be asked about is taken for root's token. */
export async function copyPermissions(reading: Reading, { authentication }: Connection): Promise<PermissionsCopy> {
  // Some things only root itself may, whatever the privileges.
  if (authentication.kind === 'password' && authentication.user === 'root@pam') return { actor: { kind: 'root' }, users: '', tokens: '' };
  const held = await reading.get('/access/permissions', {}, permissions, 'What this connection may do');
  if (held === undefined) return { actor: { kind: 'root-token' }, users: '', tokens: '' };
  const secret = randomUUID();
  return { actor: { kind: 'token', tokenId: actor.token, secret }, users: printAccess(held), tokens: `${actor.token} ${secret}\n` };
}

/** Privileges that hold below a path and those that do not are two roles there. */
function printAccess(held: Permissions): string {
  const roles = new Map<string, string>();
  const acl: string[] = [];
  for (const [path, privileges] of Object.entries(held)) {
    if (!/^\/[\w./-]*$/.test(path)) continue;
    for (const propagate of [true, false]) {
      const names = Object.entries(privileges).filter(([name, below]) => below === propagate && /^[A-Za-z.]+$/.test(name)).map(([name]) => name).sort();
      if (names.length === 0) continue;
      const list = names.join(',');
      const role = roles.get(list) ?? `Rehearsal${roles.size + 1}`;
      roles.set(list, role);
      acl.push(`acl:${propagate ? 1 : 0}:${path}:${actor.user}:${role}:\n`);
    }
  }
  return [`user:${actor.user}:1:0:::::\n`, `token:${actor.token}:0:0::\n`, ...[...roles].map(([list, role]) => `role:${role}:${list}:\n`), ...acl].join('');
}
