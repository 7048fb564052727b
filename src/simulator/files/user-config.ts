/** `user.cfg`: one colon-separated line per entry; comments and names are decoded here. */
export interface UserConfig {
  readonly users: readonly UserEntry[];
  readonly tokens: readonly TokenEntry[];
  readonly groups: readonly GroupEntry[];
  readonly pools: readonly PoolEntry[];
  readonly roles: readonly RoleEntry[];
  readonly acl: readonly AclEntry[];
}

export interface UserEntry {
  /** `user@realm` */
  readonly userid: string;
  readonly enable: boolean;
  /** Seconds since the epoch; 0: never. */
  readonly expire: number;
  readonly firstname?: string;
  readonly lastname?: string;
  readonly email?: string;
  readonly comment?: string;
  /** `x` when the second factors stand in `priv/tfa.cfg`; else old-style keys. */
  readonly keys?: string;
}

export interface TokenEntry {
  /** `user@realm!name` */
  readonly tokenid: string;
  readonly expire: number;
  readonly privsep: boolean;
  readonly comment?: string;
}

export interface GroupEntry {
  readonly groupid: string;
  readonly users: readonly string[];
  readonly comment?: string;
}

export interface PoolEntry {
  readonly poolid: string;
  readonly comment?: string;
  readonly vms: readonly number[];
  readonly storages: readonly string[];
}

export interface RoleEntry {
  readonly roleid: string;
  readonly privileges: readonly string[];
}

/** One role for one user, group or token on one path; a line of the file may hold several. */
export interface AclEntry {
  /** Normalised: no trailing slash. */
  readonly path: string;
  readonly type: 'user' | 'group' | 'token';
  /** Groups without the `@` of the file. */
  readonly ugid: string;
  readonly role: string;
  readonly propagate: boolean;
}
