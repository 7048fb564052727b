import type { SshSettings } from './ssh/settings.ts';

/** How a person or program proves who it is to Proxmox VE. Secrets are never part of this: see {@link Secrets}. */
export type Authentication =
  | { readonly kind: 'token'; /** `user@realm!tokenname` */ readonly tokenId: string }
  | { readonly kind: 'password'; /** `user@realm` */ readonly user: string };

/** What makes the server's certificate acceptable. There is no way to switch the check off. */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'ca'; /** Absolute path of a PEM file. */ readonly file: string }
  | { readonly kind: 'fingerprint'; /** SHA-256 of the DER certificate, upper-case hex pairs joined by colons. */ readonly sha256: string };

/** One Proxmox VE cluster or single node. Plain data without secrets; safe to store in settings. */
export interface Connection {
  /** Stable and unique; names the connection in the store, in secrets and in URIs. */
  readonly id: string;
  readonly name: string;
  /** `https://host:port` of one or more nodes of the same cluster, tried in order. */
  readonly endpoints: readonly string[];
  readonly authentication: Authentication;
  readonly trust: Trust;
  readonly ssh?: SshSettings;
}

/** Where a connection's secrets come from (SecretStorage in the editor, the environment elsewhere). */
export interface Secrets {
  /** The token's secret or the user's password. */
  secret(connection: Connection): Promise<string | undefined>;
  /** A current one-time code, asked from the person when the user has a second factor; undefined when declined. */
  totp?(connection: Connection): Promise<string | undefined>;
  /** The password of the nodes' user over SSH, where somebody has given one. */
  sshPassword?(connection: Connection): Promise<string | undefined>;
}
