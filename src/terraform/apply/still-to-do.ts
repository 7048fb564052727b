import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plan, show, TerraformFailed } from '../cli/index.ts';
import { StepFailed } from '../../changes/index.ts';
import { actionOf, partId, readPlanJson } from '../plan/index.ts';
import { forWorkspace, type Surroundings } from '../project/index.ts';
import type { KeptPlan } from './kept-plans.ts';

/** Seconds to wait for the lock of a state that a process which just ended may still seem to hold. */
const LOCK_TIMEOUT = 20;

/**
 * Plans once more to see what is left of a plan whose apply was cut off. Changes nothing.
 * @returns ids of the parts that are not done
 */
export async function stillToDo({ workspace, arguments: options }: KeptPlan, { terraform, folder, environment }: Surroundings, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const run = { folder, environment: forWorkspace(environment, workspace), signal };
  const home = await mkdtemp(join(tmpdir(), 'proxmox-workbench-plan-'));
  try {
    const file = join(home, 'plan');
    await plan(terraform.path, file, run, ...options, `-lock-timeout=${String(LOCK_TIMEOUT)}s`);
    const { resource_changes } = readPlanJson(await show(terraform.path, file, run));
    return new Set(resource_changes.filter((change) => actionOf(change) !== undefined).map(partId));
  } catch (error) {
    if (!(error instanceof TerraformFailed)) throw error;
    throw new StepFailed(error.kind, `Terraform was ended before it had finished, and how far it came cannot be found out: ${error.message}`);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
