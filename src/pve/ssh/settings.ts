/** How the nodes of a cluster are reached over SSH, for what the API has no way to do. Plain data without secrets. */
export interface SshSettings {
  /** Default `root`: it is what administers a Proxmox VE node. */
  readonly user?: string;
  /** Default 22. */
  readonly port?: number;
  /** Path of a private key without passphrase; `~` is the home folder. Keys with one belong into the SSH agent, which is asked first. */
  readonly identityFile?: string;
  /** `host` or `host:port` by node name, where the address that the cluster tells is not the one to use. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Accepted host keys by `host:port`, as `ssh-keygen -l` prints them: `SHA256:…`. */
  readonly hostKeys?: Readonly<Record<string, string>>;
}

/** `host:port`, with brackets around an IPv6 address. */
export const addressText = ({ host, port }: SshAddress): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

export interface SshAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `host`, `host:port` or `[v6]:port`; a bare IPv6 address has no port. */
export function parseAddress(text: string, usual: number): SshAddress {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || host === '' ? { host: text, port: usual } : { host, port: port === undefined ? usual : Number(port) };
}
