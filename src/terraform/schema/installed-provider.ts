import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The `bpg/proxmox` provider that a folder has chosen. */
export interface InstalledProvider {
  /** With the registry's host: `registry.opentofu.org/bpg/proxmox`. */
  readonly address: string;
  readonly version: string;
  /** Other for other contents of the same version. */
  readonly key: string;
  /** Where `init` has put the folder's providers. */
  readonly providers: string;
  /** Whether this one is among them. */
  readonly installed: boolean;
  /** The text of `.terraform.lock.hcl`. */
  readonly lock: string;
}

const ENTRY = /^provider "([\w.-]+(?::\d+)?\/bpg\/proxmox)" \{([^}]*)\}/gm;

/**
 * Which provider `terraform init` took; undefined when it was never run, or the folder has another provider.
 * @param environment `TF_DATA_DIR` says where providers are, when it is not `.terraform`
 * @see https://developer.hashicorp.com/terraform/language/files/dependency-lock
 */
export async function installedProvider(folder: string, environment: NodeJS.ProcessEnv): Promise<InstalledProvider | undefined> {
  const lock = await readFile(join(folder, '.terraform.lock.hcl'), 'utf8').catch(() => undefined);
  if (lock === undefined) return undefined;
  const providers = resolve(folder, environment['TF_DATA_DIR'] || '.terraform', 'providers');
  const found = await Promise.all([...lock.matchAll(ENTRY)].map(async ([, address = '', body = '']): Promise<InstalledProvider | undefined> => {
    const version = /^\s*version\s*=\s*"([^"]+)"/m.exec(body)?.[1];
    if (version === undefined) return undefined;
    const hashes = [...body.matchAll(/"(\w+:[^"]+)"/g)].map(([, hash]) => hash).sort().join('\n');
    const installed = await access(join(providers, address, version)).then(() => true, () => false);
    return { address, version, key: createHash('sha256').update(`${address}\n${version}\n${hashes}`).digest('hex').slice(0, 16), providers, installed, lock };
  }));
  const known = found.filter((one) => one !== undefined);
  return known.find(({ installed }) => installed) ?? known[0];
}
