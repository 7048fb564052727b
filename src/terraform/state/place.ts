import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type RunSettings, stateText } from '../cli/index.ts';
import { dataFolder, selectedWorkspace } from '../project/index.ts';
import { type ProjectState, readState, UnreadableState } from './state.ts';

/** Where the state of a project's workspace is. */
export type StatePlace =
  /** A file on this machine, there or not yet; absolute. */
  | { readonly kind: 'file'; readonly path: string }
  /** Behind a backend that only Terraform talks to. */
  | {
    readonly kind: 'backend';
    readonly type: string;
    /** Another one where the backend is set up otherwise, or another workspace is chosen: then it is another state. */
    readonly identity: string;
  };

interface BackendRecord {
  readonly backend?: { readonly type?: string; readonly config?: { readonly path?: unknown; readonly workspace_dir?: unknown } };
}

/**
 * Finds a project's state as Terraform does: `terraform.tfstate` in its data folder says which backend was set up, `TF_WORKSPACE` or `environment`
 * there which workspace is chosen; without them it is `terraform.tfstate` in the folder (https://developer.hashicorp.com/terraform/language/backend/local).
 */
export async function statePlace(folder: string, environment: NodeJS.ProcessEnv): Promise<StatePlace> {
  const [record, workspace] = await Promise.all([textOf(join(dataFolder(folder, environment), 'terraform.tfstate')), selectedWorkspace(folder, environment)]);
  const { type = 'local', config } = backendOf(record);
  if (type !== 'local') return { kind: 'backend', type, identity: createHash('sha256').update(JSON.stringify([type, config, workspace])).digest('hex') };
  if (workspace === 'default') return { kind: 'file', path: resolve(folder, typeof config?.path === 'string' ? config.path : 'terraform.tfstate') };
  return { kind: 'file', path: resolve(folder, typeof config?.workspace_dir === 'string' ? config.workspace_dir : 'terraform.tfstate.d', workspace, 'terraform.tfstate') };
}

/**
 * The state in a local file; undefined when there is none yet.
 * @throws {UnreadableState} for what is no state
 */
export async function readStateFile(path: string): Promise<ProjectState | undefined> {
  const text = await textOf(path);
  return text === undefined || text.trim() === '' ? undefined : readState(text);
}

/**
 * The state as Terraform has it, whatever the backend; undefined when there is none yet.
 * @throws {TerraformFailed} with Terraform's text
 * @throws {UnreadableState} for what is no state
 */
export async function pullState(path: string, settings: RunSettings): Promise<ProjectState | undefined> {
  const text = await stateText(path, settings);
  return text === undefined ? undefined : readState(text);
}

function backendOf(record: string | undefined): NonNullable<BackendRecord['backend']> {
  if (record === undefined) return {};
  try {
    return (JSON.parse(record) as BackendRecord).backend ?? {};
  } catch (cause) {
    throw new UnreadableState('The file .terraform/terraform.tfstate is not JSON; `terraform init` writes it anew.', { cause });
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}
