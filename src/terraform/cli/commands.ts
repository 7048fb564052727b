import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { TerraformFailed, told } from './failure.ts';
import { type Diagnostic, readMessage } from './messages.ts';
import type { LockHolder } from './state-lock.ts';
import { hasPlanned, type Ran, runTerraform, type RunSettings, variableArguments } from './run-terraform.ts';

type Settings = Omit<RunSettings, 'onMessage'>;

/** @throws {TerraformFailed} with Terraform's text */
function checked(ran: Ran): Ran {
  if (ran.exitCode !== 0) throw new TerraformFailed(ran.errors.trim() || ran.output.trim());
  return ran;
}

const validation = z.object({
  valid: z.boolean(),
  diagnostics: z.array(z.unknown()).default([]),
});

export interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks the code by itself: `terraform validate`. @throws {TerraformFailed} of kind `init-needed` or `provider-missing` where that has to come first */
export async function validate(path: string, settings: Settings): Promise<Validation> {
  const ran = await runTerraform(path, ['validate', '-json', '-no-color'], settings);
  let read: unknown;
  try {
    read = JSON.parse(ran.output);
  } catch {
    throw new TerraformFailed(ran.errors.trim() || ran.output.trim());
  }
  const { valid, diagnostics } = validation.parse(read);
  const found = diagnostics.flatMap((diagnostic) => {
    const message = readMessage(JSON.stringify({ type: 'diagnostic', diagnostic }));
    return message.kind === 'diagnostic' ? [message.diagnostic] : [];
  });
  // What is not installed is no fault of the code.
  const failed = new TerraformFailed(found.map(({ summary, detail }) => `${summary}: ${detail}`).join('\n'));
  if (!valid && (failed.kind === 'init-needed' || failed.kind === 'provider-missing')) throw failed;
  return { valid, diagnostics: found };
}

/** Names of the workspaces, and which one is selected: by `TF_WORKSPACE` if that is set. @throws {TerraformFailed} */
export async function workspaces(path: string, settings: Settings): Promise<{ readonly all: readonly string[]; readonly selected: string }> {
  const { output } = checked(await runTerraform(path, ['workspace', 'list', '-no-color'], settings));
  // That `TF_WORKSPACE` is set is told below the names, which have a column of their own for the star.
  const lines = output.split('\n').map((line) => /^([* ]) (\S+)\s*$/.exec(line)).filter((match) => match !== null);
  const all = lines.map(([, , name = '']) => name);
  return { all, selected: lines.find(([, star]) => star === '*')?.[2] ?? settings.environment['TF_WORKSPACE'] ?? 'default' };
}

/** Makes a workspace, which becomes the selected one of the folder. @throws {TerraformFailed} */
export async function newWorkspace(path: string, name: string, settings: Settings): Promise<void> {
  const environment = { ...settings.environment };
  // It would forbid what “new” does: select another one.
  delete environment['TF_WORKSPACE'];
  checked(await runTerraform(path, ['workspace', 'new', '-no-color', name], { ...settings, environment }));
}

/** @throws {TerraformFailed} of kind `workspace` when there is no such workspace */
export async function checkWorkspace(path: string, name: string, settings: Settings): Promise<void> {
  const { all } = await workspaces(path, settings);
  if (name !== 'default' && !all.includes(name)) throw new TerraformFailed(`The workspace “${name}” does not exist; there is ${all.join(', ')}.`, [], 'workspace');
}

/**
 * Who holds the lock of the state, which Terraform tells only to those who want it themselves. Undefined when nobody does.
 * @param variableFiles those that the project cannot be planned without
 * @throws {TerraformFailed} when something else is in the way
 */
export async function stateLock(path: string, settings: Settings, variableFiles: readonly string[] = []): Promise<LockHolder | undefined> {
  const diagnostics: Diagnostic[] = [];
  // A plan that asks nobody for anything and is not kept.
  const ran = await runTerraform(path, ['plan', '-json', '-input=false', '-refresh=false', '-lock-timeout=0s', ...variableArguments(variableFiles)], {
    ...settings,
    onMessage(message) {
      if (message.kind === 'diagnostic') diagnostics.push(message.diagnostic);
    },
  });
  if (hasPlanned(ran)) return undefined;
  const failed = new TerraformFailed(told(diagnostics) || ran.errors.trim() || ran.output.trim(), diagnostics.filter(({ severity }) => severity === 'error'));
  if (failed.lock === undefined) throw failed;
  return failed.lock;
}

/** Takes the lock of the state away from whoever holds it. @param id see {@link LockHolder.id} @throws {TerraformFailed} */
export async function forceUnlock(path: string, id: string, settings: Settings): Promise<void> {
  checked(await runTerraform(path, ['force-unlock', '-force', '-no-color', id], settings));
}

const state = z.object({ serial: z.number(), lineage: z.string() });

/** Which state it is, and its how-manieth version. */
export type StateIdentity = z.infer<typeof state>;

/** The whole state as JSON text, secrets included; undefined when there is none yet. @throws {TerraformFailed} */
export async function stateText(path: string, settings: Settings): Promise<string | undefined> {
  const { output } = checked(await runTerraform(path, ['state', 'pull', '-no-color'], settings));
  return output.trim() === '' ? undefined : output;
}

/** Undefined when there is no state yet. @throws {TerraformFailed} */
export async function stateIdentity(path: string, settings: Settings): Promise<StateIdentity | undefined> {
  const text = await stateText(path, settings);
  return text === undefined ? undefined : state.parse(JSON.parse(text));
}

/** Where Terraform leaves a state that it could not save where it belongs. */
export const UNSAVED = 'errored.tfstate';

/**
 * Whether an apply left a state behind that is not saved yet.
 * @param saved what is saved
 * @returns what is to be said about it; undefined when there is none, or it was pushed meanwhile
 */
export async function unsavedState(folder: string, saved: StateIdentity | undefined): Promise<string | undefined> {
  const text = await readFile(join(folder, UNSAVED), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const left = state.safeParse(parsedJson(text));
  // Before anything was ever saved, a state has neither lineage nor serial; neither has what the first apply left behind.
  if (left.success && saved !== undefined && saved.lineage !== '' && (left.data.lineage !== saved.lineage || left.data.serial <= saved.serial)) return undefined;
  return `An apply could not save its state, and left it as ${UNSAVED} in ${folder}.`;
}

/**
 * Saves the state that an apply left behind where it belongs, and takes the file away.
 * @throws {TerraformFailed} with Terraform's words where it is refused: the state there is of another project, or a later one
 */
export async function pushUnsavedState(path: string, settings: Settings): Promise<void> {
  checked(await runTerraform(path, ['state', 'push', '-no-color', UNSAVED], settings));
  await rm(join(settings.folder, UNSAVED), { force: true });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the providers of the project can do: `terraform providers schema -json`. @throws {TerraformFailed} of kind `init-needed` or `provider-missing` */
export async function providersSchema(path: string, settings: Settings): Promise<string> {
  return checked(await runTerraform(path, ['providers', 'schema', '-json', '-no-color'], settings)).output;
}

/** Whether `init` was ever run: it writes down which providers it took. A project that was still may have to run it again. */
export async function isInitialised(settings: Settings): Promise<boolean> {
  const lock = await readFile(join(settings.folder, '.terraform.lock.hcl'), 'utf8').catch(() => undefined);
  return lock !== undefined;
}
