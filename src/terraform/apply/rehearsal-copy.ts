import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { attribute, block, type Item, printHcl, reference } from '../hcl/index.ts';
import type { PlanJson } from '../plan/index.ts';
import { dataFolder } from '../project/index.ts';

/** Folders above the project that modules may be in: `../../modules/vm`. */
const ABOVE = 3;
/** What of a folder is of one place only: its state, its lock, what `init` made. */
const OWN = /^(?:\.terraform|terraform\.tfstate.*|\.terraform\.tfstate.*|errored\.tfstate|terraform\.tfstate\.d)$/;

/** Where the provider goes instead of the cluster. */
export interface Elsewhere {
  readonly endpoint: string;
  /** Host and port of each node's SSH; nodes that have none must not be reached by chance. */
  readonly ssh: ReadonlyMap<string, string>;
}

/** A copy of a project to be applied to a twin. */
export interface ProjectCopy {
  /** The copy's folder. */
  readonly folder: string;
  /** For `init`: where the providers are that the project has installed; undefined when it has none of its own. */
  readonly pluginFolder: string | undefined;
}

/**
 * Lays a project out anew beside nothing of its own: same code, a local backend with that state, and a provider that knows of the twin only,
 * whatever the code says. The code and what lies beside and above it are links; nothing is written through them.
 * @param home a folder that only the user can read
 */
export async function copyProject(home: string, from: { readonly folder: string; readonly environment: NodeJS.ProcessEnv; readonly workspace: string }, state: string | undefined, plan: PlanJson, elsewhere: Elsewhere): Promise<ProjectCopy> {
  const folder = await layOut(home, from.folder);
  const data = dataFolder(from.folder, from.environment);
  const copied = join(folder, '.terraform');
  await mkdir(copied, { recursive: true });
  // Modules that were fetched are not fetched again.
  await cp(join(data, 'modules'), join(copied, 'modules'), { recursive: true, force: true }).catch(ignoreMissing);
  const states = from.workspace === 'default' ? folder : join(folder, 'terraform.tfstate.d', from.workspace);
  await mkdir(states, { recursive: true });
  if (state !== undefined) await writeFile(join(states, 'terraform.tfstate'), state, { mode: 0o600 });
  await writeFile(join(folder, 'zz_rehearsal_override.tf'), override(plan, elsewhere), { mode: 0o600 });
  const plugins = join(data, 'providers');
  return { folder, pluginFolder: (await readdir(plugins).catch(() => [])).length > 0 ? plugins : undefined };
}

async function layOut(home: string, original: string): Promise<string> {
  const chain = [original];
  while (chain.length <= ABOVE && dirname(chain[0]!) !== chain[0]) chain.unshift(dirname(chain[0]!));
  let here = join(home, 'project');
  await mkdir(here, { recursive: true, mode: 0o700 });
  for (const [index, each] of chain.entries()) {
    const next = chain[index + 1];
    for (const name of await readdir(each).catch(() => [])) {
      if ((next !== undefined && name === basename(next)) || (next === undefined && OWN.test(name))) continue;
      await symlink(join(each, name), join(here, name));
    }
    if (next === undefined) continue;
    here = join(here, basename(next));
    await mkdir(here, { mode: 0o700 });
  }
  return here;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** Not set, whatever the code says. */
const NULL = reference('null');
const UNSET = ['api_token', 'username', 'password', 'auth_ticket', 'csrf_prevention_token', 'otp'];

/** Who the provider is and where it goes stands in the code or in the environment: here the code says nothing, but for where the nodes are. */
function override({ configuration }: PlanJson, { endpoint, ssh }: Elsewhere): string {
  const aliases = Object.values(configuration?.provider_config ?? {}).filter(({ name, full_name }) => isProxmox(full_name ?? name)).map(({ alias }) => alias);
  const nodes = [...ssh].map(([name, address]) => {
    const { hostname, port } = new URL(`ssh://${address}`);
    return block('node', [], [attribute('name', name), attribute('address', hostname), attribute('port', Number(port))]);
  });
  const body = (alias: string | undefined): Item[] => [
    ...(alias === undefined ? [] : [attribute('alias', alias)]),
    attribute('endpoint', endpoint), ...UNSET.map((name) => attribute(name, NULL)),
    attribute('insecure', false),
    block('ssh', [], [attribute('agent', false), attribute('private_key', NULL), ...nodes]),
  ];
  return printHcl([
    block('terraform', [], [block('backend', ['local'], [])]),
    ...new Set([undefined, ...aliases]).values().map((alias) => block('provider', ['proxmox'], body(alias))),
  ]);
}

export const isProxmox = (provider: string): boolean => /(?:^|\/)proxmox$/.test(provider);
