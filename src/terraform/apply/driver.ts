import type { ChildProcess } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Driver, type Listening, type Part, type PartRecord, StepFailed } from '../../changes/index.ts';
import { readMessage, stateIdentity, TerraformFailed, UNSAVED, variableFilesIn } from '../cli/index.ts';
import { actionOf, partId, partsOf, readPlanJson } from '../plan/index.ts';
import { changedFiles, codeFiles, forWorkspace, type Surroundings } from '../project/index.ts';
import { ApplyLog } from './apply-log.ts';
import { applyProcess, GrowingFile, startApply } from './apply-process.ts';
import type { KeptPlan, KeptPlans } from './kept-plans.ts';
import { planIdIn } from './operation.ts';
import { stillToDo } from './still-to-do.ts';

export interface ApplyDriverOptions {
  readonly plans: KeptPlans;
  /** How Terraform is run in a project's folder on the connection that the step is for. Rejects when it cannot be. */
  readonly surroundings: (folder: string) => Promise<Surroundings>;
  /** Seconds to wait for the state's lock; default 10. */
  readonly lockTimeout?: number;
}

/** All that Terraform says of having been interrupted. */
const INTERRUPTED = 'execution halted';
/** Milliseconds between two looks at the log. */
const LOOK = 150;
/** An interrupted Terraform waits for what it has begun, and creating a VM may take its time. */
const STOPS_WITHIN = 30 * 60_000;

const upidOf = (id: string): string => `terraform:${id}`;
const idIn = (upid: string): string => upid.replace(/^terraform:/, '');

/**
 * Applies plans. Exactly the plan that was reviewed, once: what has begun is never begun again, whatever became of the process that began it.
 */
export function applyDriver({ plans, surroundings, lockTimeout = 10 }: ApplyDriverOptions): Driver {
  const children = new Map<string, ChildProcess>();
  const kept = async (id: string): Promise<KeptPlan> => {
    const found = await plans.find(id);
    if (found === undefined) throw new StepFailed('stale-plan', 'The plan is not there any more. Plan again.');
    return found;
  };
  const isRunning = async (id: string): Promise<boolean> => {
    const child = children.get(id);
    return child !== undefined ? child.exitCode === null && child.signalCode === null : (await applyProcess(plans.at(id).planFile)) !== undefined;
  };

  return {
    stopsWithin: STOPS_WITHIN,

    async send(_action, parameters, signal) {
      const plan = await kept(planIdIn(parameters));
      const place = plans.at(plan.id);
      await refuseBegun(place.log, isRunning(plan.id));
      const where = await surroundings(plan.folder);
      try {
        await refuseOther(plan, plans, parameters['sha256']);
        await refuseChangedCode(plan, where);
        await refuseStale(plan, where);
      } catch (error) {
        // Nobody can apply it any more: its secrets need not lie about.
        if (error instanceof StepFailed && error.kind === 'stale-plan') await plans.used(plan.id);
        throw error;
      }
      signal.throwIfAborted();
      children.set(plan.id, await startApply(where, plan.workspace, place, lockTimeout).catch((error: Error) => {
        throw new StepFailed('not-started', `${where.terraform.path} cannot be started: ${error.message}`);
      }));
      return { upid: upidOf(plan.id) };
    },

    async follow(upid, signal, listening) {
      const id = idIn(upid);
      const { plan, replaced, parts } = await whatFor(plans, await kept(id));
      const log = new ApplyLog(replaced);
      await readToTheEnd(plans.at(id).log, log, () => isRunning(id), signal, tellingOf(new Set(parts.map((part) => part.id)), listening));
      children.delete(id);
      try {
        await concluded(plan, parts, log, { plans, surroundings, signal, listening });
      } finally {
        // Whoever was told to look away lets the next one look.
        if (!signal.aborted) await plans.used(id);
      }
    },

    async stop(upid, insist = false) {
      // There is no interrupting a program in good order on Windows: what runs there is left to its end.
      if (process.platform === 'win32' && !insist) return;
      const pid = await applyProcess(plans.at(idIn(upid)).planFile);
      if (pid !== undefined) process.kill(pid, 'SIGINT');
    },

    async outcome({ parameters }) {
      const id = planIdIn(parameters);
      const begun = await readFile(plans.at(id).log).then(() => true, () => false);
      return begun ? { running: upidOf(id) } : 'not-done';
    },
  };
}

/** A plan that has begun to be applied changed the cluster, whether its state knows it or not. */
async function refuseBegun(file: string, running: Promise<boolean>): Promise<void> {
  if (await running) throw new StepFailed('running', 'This plan is being applied already.');
  const text = await readFile(file, 'utf8').catch(() => '');
  const log = new ApplyLog(new Set());
  for (const line of text.split('\n')) log.read(readMessage(line));
  if (log.begun || log.complete) throw new StepFailed('stale-plan', 'This plan has been applied before, at least in part. Plan again to see what is left to do.');
}

/** It is this plan that was reviewed, and nobody has changed it since. */
async function refuseOther(plan: KeptPlan, plans: KeptPlans, reviewed: unknown): Promise<void> {
  const there = await stat(plans.at(plan.id).planFile).then(() => true, () => false);
  if (!there) throw new StepFailed('stale-plan', 'The plan is too old and was taken away. Plan again.');
  if (plan.sha256 !== reviewed || !(await plans.isWhole(plan))) throw new StepFailed('stale-plan', 'The plan is not the one that was reviewed. Plan again.');
}

/** Terraform would apply the code as it was; who has changed it since wants something else. */
async function refuseChangedCode({ code, arguments: options }: KeptPlan, { folder, environment }: Surroundings): Promise<void> {
  const changed = changedFiles(code, await codeFiles(folder, environment, variableFilesIn(options)));
  if (changed.length === 0) return;
  const [first = '', ...others] = changed;
  const which = others.length === 0 ? `${first} has` : `${first} and ${others.length === 1 ? 'one other file' : `${others.length} other files`} have`;
  throw new StepFailed('stale-plan', `${which} changed since the plan was made. Plan again, and review what is different.`);
}

async function refuseStale({ state, workspace }: KeptPlan, { terraform, folder, environment }: Surroundings): Promise<void> {
  let now;
  try {
    now = await stateIdentity(terraform.path, { folder, environment: forWorkspace(environment, workspace) });
  } catch (error) {
    throw error instanceof TerraformFailed ? new StepFailed(error.kind, error.message) : error;
  }
  if ((now?.serial ?? -1) === (state?.serial ?? -1) && now?.lineage === state?.lineage) return;
  throw new StepFailed('stale-plan', `The state has changed since the plan was made (version ${String(now?.serial ?? 0)} instead of ${String(state?.serial ?? 0)}). Plan again, and review what is different.`);
}

/** What a plan is about; without the state's secrets once it was applied. */
async function whatFor(plans: KeptPlans, plan: KeptPlan): Promise<{ readonly plan: KeptPlan; readonly replaced: ReadonlySet<string>; readonly parts: readonly Part[] }> {
  const text = await readFile(plans.at(plan.id).json, 'utf8').catch(() => undefined);
  if (text === undefined) return { plan, replaced: new Set(), parts: [] };
  const json = readPlanJson(text);
  const replaced = new Set(json.resource_changes.filter((change) => actionOf(change) === 'replace').map(partId));
  return { plan, replaced, parts: partsOf(json, { isUp: () => undefined, nameOf: () => undefined }) };
}

/** What is told of parts that the step does not have is left out. */
function tellingOf(known: ReadonlySet<string>, { onLog, onParts }: Listening): (read: NonNullable<ReturnType<ApplyLog['read']>>[]) => void {
  return (read) => {
    if (read.length === 0) return;
    onLog(read.map(({ text }) => text));
    const parts = Object.fromEntries(read.flatMap((each) => Object.entries(each.parts)).filter(([id]) => known.has(id)));
    if (Object.keys(parts).length > 0) onParts(parts);
  };
}

async function readToTheEnd(file: string, log: ApplyLog, isRunning: () => Promise<boolean>, signal: AbortSignal, tell: ReturnType<typeof tellingOf>): Promise<void> {
  const growing = new GrowingFile(file);
  for (;;) {
    signal.throwIfAborted();
    // First whether it runs, then what it wrote: so nothing that it wrote at its end is missed.
    const running = await isRunning();
    tell((await growing.lines()).flatMap((line) => log.read(readMessage(line)) ?? []));
    if (!running) return;
    await delay(LOOK, undefined, { signal });
  }
}

interface Concluding extends ApplyDriverOptions {
  readonly signal: AbortSignal;
  readonly listening: Listening;
}

/** Says how it ended: resolves when all is done, rejects with what was and what was not. */
async function concluded(plan: KeptPlan, parts: readonly Part[], log: ApplyLog, { plans, surroundings, signal, listening }: Concluding): Promise<void> {
  const changing = parts.filter(({ action }) => action !== 'read');
  if (log.complete) {
    listening.onParts(Object.fromEntries(parts.filter(({ id }) => log.parts.get(id)?.state !== 'done').map(({ id }) => [id, { ...log.parts.get(id), state: 'done' as const }])));
    return;
  }
  const said = log.errors || (await readFile(plans.at(plan.id).errors, 'utf8').catch(() => '')).trim();
  const failed = new TerraformFailed(said);
  // Terraform itself has ended without a word, or was ended: only the state knows what it did.
  const open = said === '' ? await stillToDo(plan, await surroundings(plan.folder), signal) : undefined;
  if (open !== undefined && !changing.some(({ id }) => open.has(id))) {
    listening.onParts(Object.fromEntries(parts.map(({ id }) => [id, { ...log.parts.get(id), state: 'done' as const }])));
    return;
  }
  if (open !== undefined) {
    listening.onParts(Object.fromEntries(changing.flatMap(({ id }): [string, PartRecord][] => {
      const record = log.parts.get(id);
      if (!open.has(id)) return [[id, { ...record, state: 'done' }]];
      return record?.state === 'running' ? [[id, { ...record, state: 'unknown', error: 'Terraform was ended while it worked on this; look at it on the cluster.' }]] : [];
    })));
  }
  const done = changing.filter(({ id }) => (open === undefined ? log.parts.get(id)?.state === 'done' : !open.has(id)));
  const lost = await stateLeftBehind(plan);
  const known = lost.length === 0 ? ', and the state says so; plan again for the rest.' : ', but the state that says so is not saved.';
  const count = done.length === 0 ? 'Nothing was done.' : `${done.length} of ${changing.length} ${changing.length === 1 ? 'resource is' : 'resources are'} done${known}`;
  const what = said === '' ? 'Terraform was ended before it had finished.' : said === INTERRUPTED ? 'Terraform was interrupted, and ended in good order.' : failed.kind === 'other' ? said : failed.message;
  throw new StepFailed(failed.kind === 'other' ? 'apply-failed' : failed.kind, [what, ...(failed.kind === 'stale-plan' || failed.kind === 'state-locked' ? [] : [count]), ...lost].join('\n'));
}

/** Terraform writes the state into the folder when it cannot save it where it belongs. */
async function stateLeftBehind({ folder, created, program }: KeptPlan): Promise<string[]> {
  const written = await stat(join(folder, UNSAVED)).then(({ mtimeMs }) => mtimeMs, () => 0);
  return written > Date.parse(created) ? [`The state could not be saved. It is in ${UNSAVED} in ${folder}: run “${program.split(' ')[0] ?? 'terraform'} state push ${UNSAVED}” before anything else, or plan, which offers it.`] : [];
}
