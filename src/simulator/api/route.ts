import type { Cluster } from '../state/cluster.ts';
import type { Parameters } from './parameters.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Who may call an operation, in the shape the API's own schema documents it (`permissions` of each method):
 * `['perm', '/vms/{vmid}', ['VM.Audit']]`, `['perm', path, privileges, 'any', 1]`, `['and', …]`, `['or', …]`,
 * `['userid-group', privileges]`, `['userid-param', 'self' | 'Realm.AllocateUser']`. `world`: no login needed; `all`: any logged-in user.
 */
export type Check = readonly [string, ...unknown[]];
export type Permissions = { readonly user: 'world' | 'all' } | { readonly check: Check };

/** Who is calling. */
export interface Caller {
  /** `user@realm` */
  readonly userid: string;
  /** `user@realm!name` when an API token was used. */
  readonly tokenid?: string;
}

/** A file sent as multipart/form-data. Its bytes are not kept. */
export interface Upload {
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex by algorithm: `md5`, `sha1`, `sha224`, `sha256`, `sha384`, `sha512`. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** One authenticated, verified call of an operation. */
export interface Call {
  readonly cluster: Cluster;
  readonly caller: Caller;
  readonly method: Method;
  /** Path variables and parameters together, as Proxmox does; integers, numbers and booleans already converted. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly upload?: Upload;
  /** Whether the caller holds all (or with `any` at least one) of the privileges on the ACL path. */
  may(path: string, privileges: readonly string[], any?: boolean): boolean;
  /** Throws 403 `Permission check failed (<path>, <privileges>)` otherwise. */
  demand(path: string, privileges: readonly string[], any?: boolean): void;
}

export type ParameterValue = string | number | boolean | readonly string[] | undefined;

/** One operation of the API. */
export interface Route {
  readonly method: Method;
  /** As in the API viewer, e.g. `/nodes/{node}/qemu/{vmid}/config`. */
  readonly path: string;
  /** Absent: only root@pam, as Proxmox does it. */
  readonly permissions?: Permissions;
  /** API tokens are refused (`allowtoken => 0`): only a ticket will do. */
  readonly ticketOnly?: true;
  /** Below a node's path, yet answered by whichever node is asked (no `proxyto` in the schema): works for a node that is off. */
  readonly anywhere?: true;
  /** Path variables included. */
  readonly parameters: Parameters;
  /**
   * For operations whose parameters are more than can be declared (a guest's options): gets those not declared and
   * returns a message per refused one. Absent: undeclared parameters are refused, as `additionalProperties: 0` does.
   */
  readonly additional?: (values: Readonly<Record<string, ParameterValue>>) => Readonly<Record<string, string>>;
  /** Returns the `data` member. Throws `ApiError`. */
  readonly run: (call: Call) => unknown;
}
