import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/index.ts';
import type { Change, Inventory } from '../../../inventory/index.ts';
import type { Connection } from '../../../pve/index.ts';
import { type ClusterView, dataFolder, GuestConfigs } from '../../../terraform/index.ts';
import type { TerraformServices } from '../services.ts';
import { ProjectDrift } from './project-drift.ts';

/** Milliseconds that several events close together are waited for. */
const TOGETHER = 250;
/** Milliseconds after which what is known of a cluster is asked for again when somebody looks at its code. */
const OLD = 10_000;

interface Cluster {
  readonly connection: Connection;
  readonly configs: GuestConfigs;
  pools: ReadonlyMap<string, string> | undefined;
}

/**
 * How the projects of this window stand to their clusters. A project is followed from when it is first asked for: its state file is
 * watched, and the inventory says when something on the cluster is different. Terraform is not run.
 */
export class DriftWatch implements Disposable {
  readonly #services: TerraformServices;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<void>());
  readonly #projects = new Map<string, ProjectDrift>();
  readonly #clusters = new Map<string, Cluster>();
  readonly #watchers = new Map<string, { readonly path: string; readonly watching: Disposable }>();
  /** Folders whose state is to be read again. */
  readonly #unread = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #disposed = false;

  /** Some standing may be another one. */
  readonly onDidChange = this.#changes.event;

  constructor(services: TerraformServices) {
    this.#services = services;
    const { clusters, projects } = services;
    this.#store.add(clusters.onDidChange((change) => this.#heard(change)));
    this.#store.add(projects.onDidChange(() => this.#soon()));
    const looked = (): void => {
      // What is in sight now is worth more requests than what was not.
      this.#soon();
      void this.#refreshWhatIsOld();
    };
    this.#store.add(vscode.window.onDidChangeVisibleTextEditors(looked));
    this.#store.add(vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) looked();
    }));
  }

  /** A folder's project, followed from now on. */
  project(folder: string): ProjectDrift {
    const known = this.#projects.get(folder);
    if (known !== undefined) return known;
    const project = new ProjectDrift(folder, process.env);
    this.#projects.set(folder, project);
    this.#unread.add(folder);
    this.#soon();
    return project;
  }

  /** Those that are followed. */
  get projects(): readonly ProjectDrift[] {
    return [...this.#projects.values()];
  }

  /** Follows all folders of the workspace. */
  async followAll(): Promise<void> {
    for (const folder of await this.#services.projects.folders()) this.project(folder);
  }

  /** Asks the cluster and reads the state again, by Terraform where nobody else can. @throws TerraformTrouble, TerraformFailed */
  async lookAgain(folder: string): Promise<void> {
    const project = this.project(folder);
    await project.readState();
    const { projects, clusters } = this.#services;
    if (project.place?.kind === 'backend') await project.pullState(await projects.environment(folder));
    const connection = projects.connectionOf(folder);
    if (connection === undefined) return;
    await clusters.refresh([connection.id], true);
    this.#cluster(connection, await clusters.inventory()).configs.forget(project.wanted());
    this.#soon();
    await this.settled();
  }

  /** When what is known by now is worked in. */
  async settled(): Promise<void> {
    if (this.#timer !== undefined) this.#now();
    await this.#working;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const { watching } of this.#watchers.values()) watching.dispose();
    this.#store.dispose();
  }

  #heard(change: Change): void {
    const cluster = this.#clusters.get(change.connectionId);
    if (cluster === undefined) return;
    cluster.configs.changed(change);
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#now(), TOGETHER);
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#working = this.#working.then(() => this.#work()).catch((error: unknown) => this.#services.logger.error(`Drift: ${error instanceof Error ? error.message : String(error)}`));
  }

  async #work(): Promise<void> {
    if (this.#disposed || this.#projects.size === 0) return;
    const { clusters, projects } = this.#services;
    await clusters.connections.load();
    const unread = [...this.#unread];
    this.#unread.clear();
    await Promise.all(unread.map(async (folder) => {
      const project = this.project(folder);
      await project.readState();
      this.#watch(project);
    }));
    const inventory = await clusters.inventory();
    const seen = inSight();
    for (const [connection, group] of Map.groupBy(this.projects, ({ folder }) => projects.connectionOf(folder))) {
      if (connection === undefined) {
        for (const project of group) project.compare(undefined);
        continue;
      }
      if (clusters.health(connection.id).state === 'unknown') await clusters.refresh([connection.id]);
      const cluster = this.#cluster(connection, inventory);
      // Whether a guest is managed the state alone tells; its configuration is read for those who have the code open.
      const wanted = new Set(group.filter(({ folder }) => isOpen(folder)).flatMap((project) => [...project.wanted()]));
      // Only of what somebody looks at it is worth a request whether something changed that the inventory does not show.
      const opened = new Set(group.flatMap((project) => [...project.wanted(({ type, name }) => seen.get(project.folder)?.includes(`"${type}" "${name}"`) === true)]));
      await cluster.configs.read(wanted, opened);
      if (group.some(({ resources }) => resources.some(({ target }) => target?.kind === 'pool'))) cluster.pools = await this.#pools(connection);
      const health = clusters.health(connection.id);
      const view: ClusterView = {
        fresh: health.state === 'ok' || (health.state === 'refreshing' && health.last?.state === 'ok'),
        rows: inventory.rows(connection.id),
        config: (rowId) => cluster.configs.get(rowId),
        pools: cluster.pools,
      };
      for (const project of group) project.compare(view);
    }
    this.#changes.fire();
  }

  #cluster(connection: Connection, inventory: Inventory): Cluster {
    const known = this.#clusters.get(connection.id);
    if (known?.connection === connection) return known;
    const { clusters } = this.#services;
    const configs = new GuestConfigs({ connectionId: connection.id, inventory, client: () => clusters.client(connection) });
    const made: Cluster = { connection, configs, pools: undefined };
    this.#clusters.set(connection.id, made);
    return made;
  }

  /** Comments of the pools; undefined for who may not see them. */
  async #pools(connection: Connection): Promise<Cluster['pools']> {
    try {
      const client = await this.#services.clusters.client(connection);
      const pools = (await client.get('/pools')) as readonly { readonly poolid: string; readonly comment?: string }[];
      return new Map(pools.map(({ poolid, comment }) => [poolid, comment ?? '']));
    } catch (error) {
      this.#services.logger.info(`Drift: the pools of ${connection.id} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** Follows the state's file, wherever it is, and what says which it is. */
  #watch({ folder, place }: ProjectDrift): void {
    const path = place?.kind === 'file' ? place.path : folder;
    if (this.#watchers.get(folder)?.path === path) return;
    this.#watchers.get(folder)?.watching.dispose();
    const watching = new DisposableStore();
    const data = dataFolder(folder, process.env);
    const patterns = [new vscode.RelativePattern(vscode.Uri.file(dirname(data)), `${basename(data)}/{environment,terraform.tfstate}`)];
    if (place?.kind === 'file') patterns.push(new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path)));
    const again = (): void => {
      this.#unread.add(folder);
      this.#soon();
    };
    for (const pattern of patterns) {
      const watcher = watching.add(vscode.workspace.createFileSystemWatcher(pattern));
      for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) watching.add(event(again));
    }
    this.#watchers.set(folder, { path, watching });
  }

  async #refreshWhatIsOld(): Promise<void> {
    const { clusters, projects } = this.#services;
    const looked = vscode.window.visibleTextEditors.flatMap(({ document: { uri } }) => {
      const folder = projects.folderOf(uri);
      return folder !== undefined && this.#projects.has(folder) ? (projects.connectionOf(folder) ?? []) : [];
    });
    const old = [...new Set(looked.map(({ id }) => id))].filter((id) => {
      const health = clusters.health(id);
      return health.state === 'failed' || (health.state === 'ok' && Date.now() - health.at > OLD);
    });
    if (old.length > 0) await clusters.refresh(old);
  }
}

const isOpen = (folder: string): boolean => vscode.workspace.textDocuments.some(({ uri, isClosed }) => !isClosed && uri.scheme === 'file' && dirname(uri.fsPath) === folder);

/** By folder, the code that is in sight. */
function inSight(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { document, visibleRanges } of vscode.window.visibleTextEditors) {
    if (document.uri.scheme !== 'file') continue;
    const folder = dirname(document.uri.fsPath);
    texts.set(folder, [texts.get(folder) ?? '', ...visibleRanges.map((range) => document.getText(range))].join('\n'));
  }
  return texts;
}
