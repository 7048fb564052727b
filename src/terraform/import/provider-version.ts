import type { Diagnostic } from '../cli/index.ts';
import { installedProvider, loadSnapshot } from '../schema/index.ts';

/** What is to be said of a provider that the code was not written for: what it takes and how it reads guests is known of one version here. */
export async function providerWarnings(folder: string, environment: NodeJS.ProcessEnv): Promise<Diagnostic[]> {
  const [chosen, { version: known }] = await Promise.all([installedProvider(folder, environment), loadSnapshot()]);
  if (chosen === undefined || known === undefined || chosen.version === known) return [];
  const detail = `The code was written for version ${known}. Another one can read guests otherwise and have other defaults: what this plan says holds for ${chosen.version} alone, and so does whether it is empty.`;
  return [{ severity: 'warning', summary: `The provider is bpg/proxmox ${chosen.version}`, detail, address: undefined, range: undefined }];
}
