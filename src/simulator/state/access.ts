import type { Options } from '../../pve/config/index.ts';

/** `user.cfg`, the second factors and the passwords. */
export interface Access {
  readonly users: Map<string, User>;
  readonly groups: Map<string, { comment?: string; readonly users: Set<string> }>;
  /** Roles made by the user; the predefined ones are code (`access/roles.ts`). */
  readonly roles: Map<string, Set<string>>;
  readonly acl: AclEntry[];
  /** `domains.cfg`. */
  readonly domains: Map<string, Realm>;
}

/** An authentication realm: `pam`, `pve`, `ldap`, `ad`, `openid`. */
export interface Realm {
  readonly type: string;
  /** The other lines of the section, raw. */
  readonly options: Options;
}

export interface User {
  readonly userid: string;
  enable: boolean;
  /** Seconds since the epoch; 0: never. */
  expire: number;
  firstname?: string;
  lastname?: string;
  email?: string;
  comment?: string;
  keys?: string;
  /** Plain: this is a simulator; never a real user's. Undefined: nobody can log in with a password. */
  password?: string;
  /** The TOTP second factor: its Base32 secret, and the step of the last code that was taken; no code of that step or an earlier one is taken again. */
  totp?: { id: string; secret: string; description: string; created: number; lastStep?: number };
  readonly tokens: Map<string, Token>;
}

export interface Token {
  readonly name: string;
  secret: string;
  privsep: boolean;
  expire: number;
  comment?: string;
  /** Made for this run of the simulator only; never saved. */
  readonly ephemeral?: true;
}

export interface AclEntry {
  /** Normalised: no trailing slash. */
  readonly path: string;
  readonly type: 'user' | 'group' | 'token';
  readonly ugid: string;
  readonly role: string;
  propagate: boolean;
}
