import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Terraform } from '../cli/index.ts';

/** Everything that is needed to run Terraform in a project's folder. */
export interface Surroundings {
  readonly terraform: Terraform;
  /** Absolute path of the project's folder. */
  readonly folder: string;
  /** With the credentials: secrets go into the child process's environment, and nowhere else. */
  readonly environment: NodeJS.ProcessEnv;
}

/** What a folder of code has for Terraform. */
export interface Project {
  /** Absolute path. */
  readonly folder: string;
  /** Names of variables files, sorted: those that Terraform reads by itself, and those that `-var-file` may name. */
  readonly automaticVariables: readonly string[];
  readonly variableFiles: readonly string[];
  /** The workspace that is selected in it; its states can be told by `workspaces`. */
  readonly workspace: string;
}

/** Whether Terraform or OpenTofu reads a file as code. */
export const isCode = (name: string): boolean => /\.(?:tf|tofu)(?:\.json)?$/.test(name);
const isVariables = (name: string): boolean => /\.tfvars(?:\.json)?$/.test(name);
/** Whether Terraform reads a variables file of that name by itself. */
export const isAutomaticVariables = (name: string): boolean => /^terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$/.test(name);

/** A folder is a project when Terraform would find code in it; undefined otherwise. */
export async function readProject(folder: string, environment: NodeJS.ProcessEnv): Promise<Project | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name).sort();
  if (!names.some(isCode)) return undefined;
  const variables = names.filter(isVariables);
  return { folder, automaticVariables: variables.filter(isAutomaticVariables), variableFiles: variables.filter((name) => !isAutomaticVariables(name)), workspace: await selectedWorkspace(folder, environment) };
}

/** The workspace that Terraform works on in a folder: `TF_WORKSPACE`, or what `workspace select` wrote down, or `default`. */
export async function selectedWorkspace(folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const set = environment['TF_WORKSPACE'];
  if (set !== undefined && set !== '') return set;
  const written = await readFile(join(dataFolder(folder, environment), 'environment'), 'utf8').catch(() => '');
  return written.trim() || 'default';
}

/** Where `init` puts providers and modules. */
export function dataFolder(folder: string, environment: NodeJS.ProcessEnv): string {
  return resolve(folder, environment['TF_DATA_DIR'] || '.terraform');
}

/** The environment for a workspace, without selecting it for others who work in the folder. */
export function forWorkspace(environment: NodeJS.ProcessEnv, workspace: string): NodeJS.ProcessEnv {
  return { ...environment, TF_WORKSPACE: workspace };
}

/** What a project is called: `infra`, or `infra (staging)` in another workspace than the usual one. */
export function projectName(folder: string, workspace: string): string {
  const name = basename(folder) || basename(dirname(folder)) || folder;
  return workspace === 'default' ? name : `${name} (${workspace})`;
}
