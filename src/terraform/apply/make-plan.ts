import { chmod, writeFile } from 'node:fs/promises';
import type { Wish } from '../../changes/index.ts';
import { type ChangeSummary, type Diagnostic, type Message, plan, show, stateIdentity, TerraformFailed, unsavedState, variableArguments } from '../cli/index.ts';
import { countsOf, partsOf, type PlanCounts, type PlanJson, planSummary, readPlanJson } from '../plan/index.ts';
import { codeFiles, forWorkspace, selectedWorkspace, type Surroundings } from '../project/index.ts';
import type { KeptPlans } from './kept-plans.ts';

export interface PlanRequest extends Surroundings {
  /** Default: the one that is selected in the folder. */
  readonly workspace?: string | undefined;
  /** Addresses of resources to which it is confined. */
  readonly targets?: readonly string[] | undefined;
  /** Paths of variables files, relative to the folder or absolute. */
  readonly variableFiles?: readonly string[] | undefined;
  /** To destroy what the code describes. */
  readonly destroy?: boolean | undefined;
  /** Seconds to wait for the state's lock; default 0. */
  readonly lockTimeout?: number | undefined;
  /** Interrupts Terraform once. */
  readonly signal?: AbortSignal | undefined;
  /** Progress per resource: `refresh_start`, `refresh_complete`, `planned_change`, … */
  readonly onMessage?: ((message: Message) => void) | undefined;
}

/** A plan that was made and is kept until it is applied or discarded. */
export interface MadePlan {
  readonly id: string;
  /** As Terraform counts. */
  readonly summary: ChangeSummary;
  /** By resource. */
  readonly counts: PlanCounts;
  /** `2 to create, 1 to change` */
  readonly inWords: string;
  /** For the door: it proposes to apply exactly this plan. Undefined when there is nothing to apply, and then the plan is not kept. */
  readonly wish: Wish | undefined;
  readonly warnings: readonly Diagnostic[];
  /** Addresses of resources that are otherwise on the cluster than the state had them. */
  readonly drifted: readonly string[];
}

/**
 * Plans a project and keeps the plan.
 * @throws {TerraformFailed} whose kind says what can be done about it; UnknownPlanFormat for a Terraform of the future
 */
export async function makePlan(request: PlanRequest, plans: KeptPlans): Promise<MadePlan> {
  const { terraform, folder, signal, onMessage, targets = [], variableFiles = [], destroy = false, lockTimeout = 0 } = request;
  const workspace = request.workspace ?? (await selectedWorkspace(folder, request.environment));
  const run = { folder, environment: forWorkspace(request.environment, workspace), signal };
  const options = [...targets.map((address) => `-target=${address}`), ...variableArguments(variableFiles), ...(destroy ? ['-destroy'] : [])];
  const place = await plans.place();
  try {
    // Before the plan: should somebody change state or code meanwhile, it is taken for stale rather than for fresh.
    // What keeps the state from being read keeps the plan from being made, which says better where it is.
    const state = await stateIdentity(terraform.path, run).catch((error: unknown) => new Unread(error));
    const code = await codeFiles(folder, request.environment, variableFiles);
    const lost = state instanceof Unread ? undefined : await unsavedState(folder, state);
    if (lost !== undefined) throw new TerraformFailed(lost, [], 'unsaved-state', terraform.product);
    const { summary, warnings } = await plan(terraform.path, place.planFile, { ...run, onMessage }, ...options, `-lock-timeout=${String(lockTimeout)}s`);
    await chmod(place.planFile, 0o600);
    if (state instanceof Unread) throw state.reason;
    const text = await show(terraform.path, place.planFile, run);
    const json = readPlanJson(text);
    const parts = partsOf(json, { isUp: () => undefined, nameOf: () => undefined });
    const inWords = planSummary(parts);
    const made = { id: place.id, summary, counts: countsOf(parts), inWords, warnings, drifted: json.resource_drift.map(({ address }) => address) };
    if (!isApplyable(json)) {
      await plans.discard(place.id);
      return { ...made, wish: undefined };
    }
    await writeFile(place.json, text, { mode: 0o600 });
    const kept = await plans.keep({ id: place.id, folder, workspace, created: new Date().toISOString(), state: state ?? null, code, arguments: options, program: `${terraform.product} ${terraform.version}` });
    const parameters = {
      plan: place.id, sha256: kept.sha256, changes: inWords, program: kept.program,
      ...(targets.length === 0 ? {} : { targets: [...targets] }), ...(variableFiles.length === 0 ? {} : { 'variable-files': [...variableFiles] }), ...(destroy && { destroy }),
    };
    return { ...made, wish: { operation: 'terraform.apply', target: { kind: 'project', folder, workspace }, parameters } };
  } catch (error) {
    await plans.discard(place.id);
    throw error;
  }
}

/** The state could not be read. */
class Unread {
  readonly reason: Error;

  constructor(reason: unknown) {
    this.reason = reason instanceof Error ? reason : new Error(String(reason));
  }
}

/** Terraform says so since 1.7, OpenTofu does not; then what it would change says, to which it belongs that something got another address. */
function isApplyable({ applyable, resource_changes, output_changes }: PlanJson): boolean {
  const changes = ({ actions }: { readonly actions: readonly string[] }): boolean => actions.some((action) => action !== 'no-op');
  return applyable ?? (resource_changes.some(({ change, previous_address }) => changes(change) || change.importing !== undefined || previous_address !== undefined) || Object.values(output_changes).some(changes));
}
