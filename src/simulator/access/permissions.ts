import type { Access, AclEntry } from '../state/access.ts';
import type { Pool } from '../state/cluster.ts';
import { PRIVILEGES, privilegesOf } from './roles.ts';

/** Privilege or role → whether it also holds below the path it was found on. */
export type Granted = ReadonlyMap<string, boolean>;

const EVERYTHING: Granted = new Map(PRIVILEGES.map((privilege) => [privilege, true]));
const NOTHING: Granted = new Map();

/** An ACL path with single slashes, a leading and no trailing one; undefined when it cannot be one (`normalize_path`). */
export function normalizePath(path: string): string | undefined {
  const single = `/${path}`.replace(/\/+/g, '/');
  const normal = single.length > 1 ? single.replace(/\/$/, '') : single;
  return /^[A-Za-z0-9.\-_/]+$/.test(normal) ? normal : undefined;
}

/** Splits `user@realm!name`; `token` is undefined for plain users. */
export function splitTokenId(id: string): { readonly userid: string; readonly token: string | undefined } {
  const at = id.lastIndexOf('!');
  return at < 0 ? { userid: id, token: undefined } : { userid: id.slice(0, at), token: id.slice(at + 1) };
}

/**
 * What users and tokens may do, by the roles, ACLs and pools as they are now. Answers are kept, so make a new one per call
 * (PVE::RPCEnvironment keeps its cache for a request as well).
 */
export class Permissions {
  readonly #access: Access;
  readonly #pools: ReadonlyMap<string, Pool>;
  readonly #entries = new Map<string, AclEntry[]>();
  readonly #known = new Map<string, Map<string, Granted>>();
  readonly #poolRoles = new Map<string, Map<string, Set<string>>>();

  constructor(access: Access, pools: ReadonlyMap<string, Pool>) {
    this.#access = access;
    this.#pools = pools;
    for (const entry of access.acl) {
      const entries = this.#entries.get(entry.path);
      if (entries === undefined) this.#entries.set(entry.path, [entry]);
      else entries.push(entry);
    }
  }

  /** Whether the user (or `user@realm!token`) holds all of the privileges on the path, or at least one with `any`. */
  may(user: string, path: string, privileges: readonly string[], any = false): boolean {
    const granted = this.of(user, path);
    return any ? privileges.some((privilege) => granted.has(privilege)) : privileges.every((privilege) => granted.has(privilege));
  }

  /** The privileges of a user or token on a normalised path. */
  of(user: string, path: string): Granted {
    if (user === 'root@pam') return EVERYTHING;
    const { userid, token } = splitTokenId(user);
    const owner = this.#access.users.get(userid);
    if (owner === undefined) return NOTHING;
    if (token === undefined) return this.#compiled(user, path);
    const info = owner.tokens.get(token);
    if (info === undefined) return NOTHING;
    const own = this.of(userid, path);
    if (!info.privsep) return own;
    const granted = this.#compiled(user, path);
    const both = new Map<string, boolean>();
    for (const [privilege, propagate] of granted) {
      const ownPropagate = own.get(privilege);
      if (ownPropagate !== undefined) both.set(privilege, propagate && ownPropagate);
    }
    return both;
  }

  #compiled(user: string, path: string): Granted {
    let known = this.#known.get(user);
    if (known === undefined) this.#known.set(user, (known = new Map<string, Granted>()));
    let granted = known.get(path);
    if (granted === undefined) known.set(path, (granted = this.#compile(user, path)));
    return granted;
  }

  #compile(user: string, path: string): Granted {
    const roles = this.#rolesWithPools(user, path);
    const privileges = new Map<string, boolean>();
    for (const [role, propagate] of roles) {
      for (const privilege of privilegesOf(this.#access, role) ?? []) privileges.set(privilege, propagate || privileges.get(privilege) === true);
    }
    return privileges;
  }

  /** Roles on a pool hold for its members, without propagation; NoAccess on either side wins. */
  #rolesWithPools(user: string, path: string): Map<string, boolean> {
    const roles = this.#roles(user, path);
    const inherited = this.#rolesByPool(user).get(path);
    if (inherited === undefined || roles.has('NoAccess')) return roles;
    if (inherited.has('NoAccess')) return new Map([['NoAccess', false]]);
    for (const role of inherited) if (!roles.has(role)) roles.set(role, false);
    return roles;
  }

  #rolesByPool(user: string): Map<string, Set<string>> {
    const known = this.#poolRoles.get(user);
    if (known !== undefined) return known;
    const result = new Map<string, Set<string>>();
    for (const pool of this.#pools.values()) {
      const roles = [...this.#roles(user, `/pool/${pool.poolid}`).keys()];
      if (roles.length === 0) continue;
      for (const path of [...[...pool.guests].map((vmid) => `/vms/${vmid}`), ...[...pool.storages].map((id) => `/storage/${id}`)]) {
        const set = result.get(path) ?? new Set<string>();
        for (const role of roles) set.add(role);
        result.set(path, set);
      }
    }
    this.#poolRoles.set(user, result);
    return result;
  }

  /** The roles on a path: deeper entries replace those above, a token's own its user's, a user's own those of groups. */
  #roles(user: string, path: string): Map<string, boolean> {
    let roles = new Map<string, boolean>();
    const parts = path === '/' ? [''] : path.split('/');
    let at = '';
    parts.forEach((part, i) => {
      at = i === 0 ? '/' : at === '/' ? `/${part}` : `${at}/${part}`;
      const found = this.#rolesAt(user, at, i === parts.length - 1);
      if (found !== undefined) roles = found;
    });
    const none = roles.get('NoAccess');
    return none === undefined ? roles : new Map([['NoAccess', none]]);
  }

  #rolesAt(user: string, path: string, final: boolean): Map<string, boolean> | undefined {
    const entries = this.#entries.get(path);
    if (entries === undefined) return undefined;
    const pick = (matches: (entry: AclEntry) => boolean): Map<string, boolean> | undefined => {
      const found = entries.filter((entry) => (final || entry.propagate) && matches(entry));
      return found.length === 0 ? undefined : new Map(found.map((entry) => [entry.role, entry.propagate]));
    };
    const kind = user.includes('!') ? 'token' : 'user';
    return (
      pick((entry) => entry.type === kind && entry.ugid === user)
      ?? pick((entry) => entry.type === 'group' && this.#access.groups.get(entry.ugid)?.users.has(user) === true)
    );
  }
}
