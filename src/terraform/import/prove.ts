import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { init, type Message, plan, show, type Terraform, variableArguments } from '../cli/index.ts';
import { AgentWaits } from './agent-waits.ts';
import { providerWarnings } from './provider-version.ts';
import { explain, type ImportReport } from './report.ts';
import { residueOf } from './residue.ts';
import type { ProjectFiles } from './source.ts';

export interface ProveSettings {
  readonly terraform: Terraform;
  /** Where the project is written. */
  readonly folder: string;
  /** What the provider needs to get in, secrets among it; goes to the child's environment only. */
  readonly environment: NodeJS.ProcessEnv;
  /** Interrupts Terraform once. */
  readonly signal?: AbortSignal | undefined;
  readonly onMessage?: ((message: Message) => void) | undefined;
  /** Variables files that the project is planned with, relative to the folder or absolute. */
  readonly variableFiles?: readonly string[] | undefined;
  /** Resources read at once; default 10, as Terraform has it. */
  readonly parallelism?: number | undefined;
}

/**
 * Initialises the project and plans it: what would the import change? The plan itself is not kept, for there is nothing to
 * review in it beyond the report; whoever applies the import plans again.
 * @param project as it was written into the folder
 * @throws {TerraformFailed} with Terraform's own words when it cannot plan
 */
export async function prove(project: ProjectFiles, { terraform, folder, environment, signal, onMessage, variableFiles = [], parallelism = 10 }: ProveSettings): Promise<ImportReport> {
  const run = { folder, environment, signal };
  await init(terraform.path, run);
  // The plan has secrets of the state in it.
  const secret = await mkdtemp(join(tmpdir(), 'proxmox-workbench-plan-'));
  const waits = new AgentWaits();
  try {
    const planFile = join(secret, 'plan');
    const watched = {
      ...run,
      onStart: (pid: number) => waits.started(pid),
      onMessage(message: Message) {
        waits.heard(message);
        onMessage?.(message);
      },
    };
    const { summary, warnings } = await plan(terraform.path, planFile, watched, `-parallelism=${String(parallelism)}`, ...variableArguments(variableFiles));
    const residue = explain(residueOf(await show(terraform.path, planFile, run)), project);
    return { summary, residue, notManaged: project.notManaged, slow: slowOf(project, waits.waited), warnings: [...(await providerWarnings(folder, environment)), ...warnings] };
  } finally {
    waits.dispose();
    await rm(secret, { recursive: true, force: true });
  }
}

/** Those whose agent was silent when they were collected, and those that turned silent since. */
function slowOf({ slow, addresses }: ProjectFiles, waited: readonly string[]): ImportReport['slow'] {
  const known = new Set(slow.map(({ address }) => address));
  const ids = new Map([...addresses].map(([id, address]) => [address, id]));
  return [...slow, ...waited.filter((address) => !known.has(address)).map((address) => ({ address, vmid: Number(ids.get(address)?.split('/')[1]) }))];
}
