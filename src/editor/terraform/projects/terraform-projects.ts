import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore, Emitter } from '../../../base/index.ts';
import type { Connection } from '../../../pve/index.ts';
import type { Terraform } from '../../../terraform/index.ts';
import type { Clusters } from '../../clusters/index.ts';
import { readSetting } from '../../contributed.ts';
import { folderName } from '../folder-name.ts';
import { Bindings, type BindingMemory } from './bindings.ts';
import { TerraformTrouble } from './trouble.ts';

export interface ProjectsOptions {
  readonly clusters: Clusters;
  readonly memory: BindingMemory;
  /** Absolute path of a folder of this user's for what Terraform needs beside the project: authorities, plans. */
  readonly storage: string;
}

/** Everything needed to run Terraform in a project's folder. */
export interface ProjectEnvironment {
  readonly terraform: Terraform;
  readonly folder: string;
  readonly connection: Connection;
  /** With the credentials: for the child process only, never to be shown, logged or kept. */
  readonly environment: NodeJS.ProcessEnv;
}

const files = '**/*.{tf,tofu,tf.json,tofu.json}';
const ofTerraform = /\.(tf|tofu|tfvars)(\.json)?$/;
/** Modules that Terraform has fetched, and packages of others. */
const notOurs = '**/{.terraform,node_modules}/**';
/** So many files at most are looked for in a workspace. */
const MANY = 10_000;
/** Milliseconds in which what comes and goes is told of together. */
const TOGETHER = 100;

/** The Terraform projects of this window: folders with code, in JSON as well, and the connection that each belongs to. */
export class TerraformProjects implements Disposable {
  /** Absolute path; see {@link ProjectsOptions.storage}. */
  readonly storage: string;
  readonly #clusters: Clusters;
  readonly #bindings: Bindings;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new Emitter<void>());
  #folders: Promise<readonly string[]> | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;

  /** Folders came or went, or belong to another connection now. */
  readonly onDidChange = this.#changes.event;

  constructor({ clusters, memory, storage }: ProjectsOptions) {
    this.storage = storage;
    this.#clusters = clusters;
    this.#bindings = new Bindings(memory);
    // A file that comes or goes together with its folder may be told of as the folder only.
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher('**/*', false, true, false));
    const look = ({ path }: vscode.Uri): void => {
      if (/(?:\.(?:tf|tofu)(?:\.json)?|\/[^./]+)$/.test(path) && !/\/(\.terraform|node_modules)\//.test(path)) this.#lookAgain();
    };
    this.#store.add(watcher.onDidCreate(look));
    this.#store.add(watcher.onDidDelete(look));
    this.#store.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#lookAgain()));
    this.#store.add(clusters.connections.onDidChange(() => this.#changes.fire()));
  }

  /** Absolute paths of the folders with code, sorted. */
  folders(): Promise<readonly string[]> {
    return (this.#folders ??= find());
  }

  /** The folder that one of Terraform's files belongs to, and a folder itself; undefined for what is not on this machine. */
  folderOf({ scheme, fsPath }: vscode.Uri): string | undefined {
    if (scheme !== 'file') return undefined;
    return ofTerraform.test(fsPath) ? dirname(fsPath) : fsPath;
  }

  /** The connection of a folder, once connections are loaded: the one chosen for it, otherwise the only one there is. */
  connectionOf(folder: string): Connection | undefined {
    return this.#bindings.of(folder, this.#clusters.connections.all);
  }

  /** Says which connection a folder belongs to. */
  async bind(folder: string, connectionId: string): Promise<void> {
    await this.#bindings.choose(folder, connectionId);
    this.#changes.fire();
  }

  /** The program alone, for what needs no cluster: formatting. @throws TerraformTrouble */
  async program(): Promise<Terraform> {
    if (!vscode.workspace.isTrusted) throw new TerraformTrouble('not-trusted', 'Terraform runs what a folder says, so it is run in trusted workspaces only.');
    const { findProgram } = await import('./program.ts');
    return await findProgram(process.env, readSetting('proxmox.terraform.path'));
  }

  /** What Terraform needs to work in a folder on its connection's cluster. @throws TerraformTrouble */
  async environment(folder: string): Promise<ProjectEnvironment> {
    const { connections } = this.#clusters;
    const [terraform] = await Promise.all([this.program(), connections.load()]);
    const connection = this.connectionOf(folder);
    if (connection === undefined) throw new TerraformTrouble('not-connected', this.#missing(folder), folder);
    const secret = await connections.secrets.secret(connection);
    if (secret === undefined) throw new TerraformTrouble('no-secret', `The ${connection.authentication.kind === 'token' ? 'secret of the API token' : 'password'} for ${connection.name} is not known. Enter it by editing the connection.`, connection.id);
    const [{ trustedEndpoint }, { providerEnvironment }] = await Promise.all([import('./authorities.ts'), import('./provider-environment.ts')]);
    const { endpoint, authorities } = await trustedEndpoint(connection, join(this.storage, 'authorities'));
    return { terraform, folder, connection, environment: providerEnvironment(connection, endpoint, secret, process.env, authorities) };
  }

  /** {@link environment}, for what was approved on one connection's cluster and must reach no other. @throws TerraformTrouble */
  async environmentOn(folder: string, { id, name }: Connection): Promise<ProjectEnvironment> {
    const found = await this.environment(folder);
    if (found.connection.id === id) return found;
    throw new TerraformTrouble('not-connected', `${folderName(folder)} belongs to ${found.connection.name} now, not to ${name} as when it was planned. Plan again.`, folder);
  }

  dispose(): void {
    clearTimeout(this.#telling);
    this.#store.dispose();
  }

  #missing(folder: string): string {
    const name = folderName(folder);
    const chosen = this.#bindings.chosen(folder);
    if (chosen !== undefined) return `The connection “${chosen}” that ${name} belongs to is not there any more.`;
    return this.#clusters.connections.all.length === 0 ? 'There is no connection to a cluster yet.' : `It is not said yet which connection ${name} belongs to.`;
  }

  /** Whoever asks now is answered anew; those who listen are told once for all that comes together, as a checkout does. */
  #lookAgain(): void {
    this.#folders = undefined;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#changes.fire();
    }, TOGETHER);
  }
}

async function find(): Promise<readonly string[]> {
  const found = await vscode.workspace.findFiles(files, notOurs, MANY);
  return [...new Set(found.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => dirname(fsPath)))].sort();
}
