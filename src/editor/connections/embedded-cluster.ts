import type { Connection } from '../../pve/index.ts';

/** A cluster that whoever started VS Code hands over: `npm start` does, for the demo or for `--cluster URL`. */
export interface EmbeddedCluster {
  readonly name?: string;
  readonly url: string;
  /** SHA-256 of the certificate; the machine's authorities decide when absent. */
  readonly fingerprint?: string;
  readonly tokenId?: string;
  readonly tokenSecret?: string;
  /** Ports of the loopback at which the nodes answer SSH, by node, their host key (`SHA256:…`) and the password of root. */
  readonly sshNodes?: Readonly<Record<string, number>>;
  readonly sshFingerprint?: string;
  readonly sshPassword?: string;
}

const variable = 'PROXMOX_WORKBENCH_CLUSTER';

/**
 * Takes the embedded cluster out of the environment, so that no process started later inherits its secret.
 * @returns undefined when there is none, or when it is not what `npm start` writes
 */
export function takeEmbeddedCluster(environment: NodeJS.ProcessEnv): EmbeddedCluster | undefined {
  const text = environment[variable];
  delete environment[variable];
  if (text === undefined || text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, url, fingerprint, tokenId, tokenSecret, sshNodes, sshFingerprint, sshPassword } = value as Readonly<Record<string, unknown>>;
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  return {
    url,
    ...(typeof name === 'string' && { name }),
    ...(typeof fingerprint === 'string' && { fingerprint }),
    ...(typeof tokenId === 'string' && { tokenId }),
    ...(typeof tokenSecret === 'string' && { tokenSecret }),
    ...(isPorts(sshNodes) && typeof sshFingerprint === 'string' && { sshNodes, sshFingerprint }),
    ...(typeof sshPassword === 'string' && { sshPassword }),
  };
}

/** The connection to an embedded cluster that brings its credentials along; undefined when somebody has to be asked for them. */
export function embeddedConnection({ name, url, fingerprint, tokenId, tokenSecret, ...ssh }: EmbeddedCluster, id: string): { readonly connection: Connection; readonly secret: string } | undefined {
  if (tokenId === undefined || tokenSecret === undefined) return undefined;
  const { host, hostname, port } = new URL(url);
  return {
    connection: {
      id,
      name: name ?? hostname,
      endpoints: [`https://${port === '' ? `${hostname}:${/:443(?=[/?#]|$)/.test(url) ? 443 : 8006}` : host}`],
      authentication: { kind: 'token', tokenId },
      trust: fingerprint === undefined ? { kind: 'system' } : { kind: 'fingerprint', sha256: fingerprint },
      ...sshSettings(ssh),
    },
    secret: tokenSecret,
  };
}

const isPorts = (value: unknown): value is Readonly<Record<string, number>> => typeof value === 'object' && value !== null && Object.values(value).every((port) => typeof port === 'number');

function sshSettings({ sshNodes, sshFingerprint }: Pick<EmbeddedCluster, 'sshNodes' | 'sshFingerprint'>): Pick<Connection, 'ssh'> {
  if (sshNodes === undefined || sshFingerprint === undefined) return {};
  const hosts = Object.fromEntries(Object.entries(sshNodes).map(([node, port]) => [node, `127.0.0.1:${port}`]));
  return { ssh: { hosts, hostKeys: Object.fromEntries(Object.values(hosts).map((address) => [address, sshFingerprint])) } };
}
