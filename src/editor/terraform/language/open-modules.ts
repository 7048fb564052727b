import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore, Emitter, type Logger } from '../../../base/index.ts';
import { readStateFile, statePlace } from '../../../terraform/index.ts';
import { callersOf, type GivenElsewhere, type ModuleFolder, ProjectSchemas, type TerraformModule } from '../../../terraform/language/index.ts';
import type { Clusters } from '../../clusters/index.ts';
import { onSettingChanged } from '../../contributed.ts';
import type { StandingDocument } from '../../text/index.ts';
import type { TerraformProjects } from '../projects/index.ts';
import { LiveFacts } from './facts/index.ts';
import { isTerraform } from './neighbours.ts';
import type { OpenedFile, OpenFolders } from './open-folders.ts';

/** A document among the files of its module, with all that is known beyond them. */
export interface OpenedModule {
  readonly opened: OpenedFile;
  readonly terraform: TerraformModule;
}

/** What changes on disk that the findings in a folder depend on: code, what its state is and where, and which provider and modules it has. */
const watched = '**/{*.tf,*.tofu,*.tfvars,*.tf.json,*.tofu.json,*.tfvars.json,*.tfstate,environment,modules.json,.terraform.lock.hcl,terraform-provider-proxmox*}';

/** The modules that are worked on, with the provider's schema, the cluster of the folder and what its state holds. */
export class OpenModules implements Disposable {
  readonly #folders: OpenFolders;
  readonly #projects: TerraformProjects;
  readonly #clusters: Clusters;
  readonly #logger: Logger;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new Emitter<void>());
  readonly #facts: LiveFacts;
  /** What the providers of the folders allow. */
  readonly schemas: ProjectSchemas;
  readonly #managed = new Map<string, Promise<ReadonlySet<number> | undefined>>();
  readonly #given = new Map<string, Promise<GivenElsewhere>>();

  /** Something beyond the open documents is not what it was: the cluster, a file on disk, the connection of a folder. */
  readonly onDidChange = this.#changes.event;

  constructor(folders: OpenFolders, projects: TerraformProjects, clusters: Clusters, logger: Logger) {
    this.#folders = folders;
    this.#projects = projects;
    this.#clusters = clusters;
    this.#logger = logger;
    this.#facts = this.#store.add(new LiveFacts(clusters, logger));
    this.schemas = this.#store.add(new ProjectSchemas({
      program: async () => (await projects.program()).path,
      environment: process.env,
      storage: join(projects.storage, 'schemas'),
    }));
    this.#store.add(this.schemas.onDidChange(() => this.#changes.fire()));
    this.#store.add(vscode.workspace.onDidCloseTextDocument((document) => {
      const folder = folders.projectOf(document);
      if (!vscode.workspace.textDocuments.some((other) => other !== document && !other.isClosed && isTerraform(other) && folders.projectOf(other) === folder)) this.schemas.forget(folder);
    }));
    const changed = (): void => {
      this.#managed.clear();
      this.#given.clear();
      this.schemas.refresh();
      this.#changes.fire();
    };
    const retry = (): void => {
      this.schemas.retry();
      this.#changes.fire();
    };
    this.#store.add(onSettingChanged('proxmox.terraform.path', retry));
    this.#store.add(vscode.workspace.onDidGrantWorkspaceTrust(retry));
    this.#store.add(this.#facts.onDidChange(() => this.#changes.fire()));
    this.#store.add(projects.onDidChange(changed));
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher(watched));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) this.#store.add(event(changed));
  }

  async of(document: StandingDocument): Promise<OpenedModule> {
    const folder = this.#folders.projectOf(document);
    const [{ schemas }] = await Promise.all([this.schemas.of(folder), this.#clusters.connections.load()]);
    const connection = this.#projects.connectionOf(folder);
    const [cluster, managed] = connection === undefined ? [undefined, undefined] : await Promise.all([this.#facts.of(connection), this.#managedIn(folder)]);
    const opened = await this.#folders.open(document, 'calls');
    const givenElsewhere = await this.#givenTo(folder);
    const module = opened.modules.of(opened.folder) ?? { folder: opened.folder, files: new Map([[opened.file, opened.document]]) };
    return { opened, terraform: { module, modules: opened.modules, schemas, cluster, managed, givenElsewhere } };
  }

  /** Waits for what is being asked of clusters, at most so many milliseconds. @returns whether anything was */
  async settled(milliseconds: number): Promise<boolean> {
    return await this.#facts.settled(milliseconds);
  }

  dispose(): void {
    this.#store.dispose();
  }

  #givenTo(folder: string): Promise<GivenElsewhere> {
    let given = this.#given.get(folder);
    if (given === undefined) this.#given.set(folder, (given = this.#readGiven(folder)));
    return given;
  }

  /** Modules get their values from those that call them, and files of JSON are not read. */
  async #readGiven(folder: string): Promise<GivenElsewhere> {
    const names = await readdir(folder).catch(() => []);
    if (names.some((name) => name.endsWith('.json') && /\.(?:tf|tofu|tfvars)\.json$/.test(name)) || (await this.#callersOf(folder)).length > 0) return 'all';
    return new Set(Object.keys(process.env).flatMap((name) => (name.startsWith('TF_VAR_') ? [name.slice('TF_VAR_'.length)] : [])));
  }

  /** The modules that call a folder's, themselves or through others. */
  async #callersOf(folder: string): Promise<ModuleFolder[]> {
    return callersOf(await this.#folders.workspace(), folder);
  }

  #managedIn(folder: string): Promise<ReadonlySet<number> | undefined> {
    let managed = this.#managed.get(folder);
    if (managed === undefined) this.#managed.set(folder, (managed = this.#readManaged(folder)));
    return managed;
  }

  /** Guests of a module that others call are in the states of those. */
  async #readManaged(folder: string): Promise<ReadonlySet<number> | undefined> {
    const callers = await this.#callersOf(folder);
    const states = await Promise.all([folder, ...callers.map((caller) => caller.folder)].map(async (one) => await this.#guestsOf(one)));
    const known = states.filter((guests) => guests !== undefined);
    return known.length < states.length ? undefined : new Set(known.flat());
  }

  async #guestsOf(folder: string): Promise<number[] | undefined> {
    try {
      const place = await statePlace(folder, process.env);
      if (place.kind === 'backend') return undefined;
      const state = await readStateFile(place.path);
      return state?.resources.flatMap(({ target }) => (target?.kind === 'guest' ? [target.vmid] : [])) ?? [];
    } catch (error) {
      this.#logger.warn(`Terraform: the state of ${folder} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}
