import * as vscode from 'vscode';
import { type Disposable, DisposableStore, type Logger } from '../../base/index.ts';
import { clusterTasks, guestSnapshots, type Inventory, storageVolumes } from '../../inventory/index.ts';
import { type PveClient, PveError } from '../../pve/index.ts';
import type { Clusters, Privileges } from '../clusters/index.ts';
import { type Detail, ExplorerTree, type Sources, type Target, targetOf, type ViewSettings } from './model/index.ts';
import { toTreeItem } from './tree-item.ts';

export interface ExplorerOptions {
  readonly clusters: Clusters;
  readonly logger: Logger;
  readonly extensionUri: vscode.Uri;
  readonly settings: ViewSettings;
  readonly privileges?: Privileges;
  /** Paints these nodes again, with all below them; the whole tree without ids. */
  readonly repaint: (ids: readonly string[] | undefined) => void;
}

/** What is behind the view once somebody looked at it: the tree over the inventory, kept up to date. */
export class Explorer implements Disposable {
  readonly #options: ExplorerOptions;
  readonly #store = new DisposableStore();
  readonly #tree: ExplorerTree;

  private constructor(options: ExplorerOptions, inventory: Inventory) {
    this.#options = options;
    this.#tree = new ExplorerTree(sourcesOf(options.clusters, inventory, options.privileges), options.settings);
    if (options.privileges !== undefined) this.#store.add(options.privileges.onDidChange((id) => this.#repaint(this.#tree.privilegesChanged(id))));
    this.#store.add(options.clusters.onDidChange((change) => this.#repaint(this.#tree.changed(change))));
    this.#store.add(options.clusters.connections.onDidChange(() => this.#startOver()));
  }

  /** Opens the inventory; rejects when that cannot be done at all. */
  static async open(options: ExplorerOptions): Promise<Explorer> {
    return new Explorer(options, await options.clusters.inventory());
  }

  get settings(): ViewSettings {
    return this.#tree.settings;
  }

  parent(id: string): string | undefined {
    return this.#tree.node(id)?.parent;
  }

  /** What a command that was called on a node is about. */
  target(id: string): Target | undefined {
    const node = this.#tree.node(id);
    return node && targetOf(node, node.type === 'notice' ? undefined : this.#tree.index(node.connectionId));
  }

  children(id?: string): Promise<readonly string[]> {
    return this.#tree.children(id);
  }

  findGuest(connectionId: string, rowId: string): Promise<string | undefined> {
    return this.#tree.findGuest(connectionId, rowId);
  }

  treeItem(id: string): vscode.TreeItem {
    return toTreeItem(id, this.#tree, this.#options.extensionUri);
  }

  tooltip(id: string): vscode.MarkdownString | undefined {
    const source = this.#tree.tooltip(id);
    return source === undefined ? undefined : new vscode.MarkdownString(source);
  }

  /** A node was opened or closed. What was read on demand may be old when it is opened again. */
  setOpen(id: string, open: boolean): void {
    const connectionId = this.#tree.node(id)?.connectionId;
    if (this.#tree.setOpen(id, open) && connectionId !== undefined) void this.#tree.refreshDetails(connectionId).then((ids) => this.#repaint(ids));
  }

  show(settings: ViewSettings): void {
    this.#tree.reset(settings);
    this.#options.repaint(undefined);
  }

  /** Guests and templates that pass the filter, and all, over all connections. */
  count(): { readonly shown: number; readonly total: number } {
    const indexes = this.#options.clusters.connections.all.map(({ id }) => this.#tree.index(id));
    return { shown: indexes.reduce((sum, { shown }) => sum + shown, 0), total: indexes.reduce((sum, { total }) => sum + total, 0) };
  }

  /**
   * Refreshes all connections, each by itself: a slow one holds up no other.
   * @param thorough also reads again what was read on demand, changed or not
   */
  async refresh(thorough: boolean): Promise<void> {
    const { clusters, logger } = this.#options;
    if (thorough) this.#tree.forgetDetails();
    await Promise.all(clusters.connections.all.map(async ({ id }) => {
      try {
        await this.refreshConnection(id, thorough);
      } catch (error) {
        logger.error(`Refreshing ${id} failed unexpectedly: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }));
  }

  /** Refreshes one connection and what is shown of it. @param thorough as for {@link refresh}; then it is also asked anew, whatever is being asked already */
  async refreshConnection(id: string, thorough: boolean): Promise<void> {
    const { clusters, privileges } = this.#options;
    await clusters.refresh([id], thorough);
    void privileges?.refresh(id);
    this.#repaint(await this.#tree.refreshDetails(id, thorough));
  }

  dispose(): void {
    this.#store.dispose();
  }

  #startOver(): void {
    this.#tree.forgetDetails();
    this.show(this.#tree.settings);
    void this.refresh(false);
  }

  #repaint(ids: readonly string[]): void {
    if (ids.length > 0) this.#options.repaint(ids);
  }
}

function sourcesOf(clusters: Clusters, inventory: Inventory, privileges: Privileges | undefined): Sources {
  const { connections } = clusters;
  const ask = async <T>(connectionId: string, what: (client: PveClient) => Promise<T>): Promise<Detail<T>> => {
    try {
      const connection = connections.find(connectionId);
      if (connection === undefined) throw new PveError({ kind: 'not-found', message: 'The connection is not there any more.' });
      return { ok: true, value: await what(await clusters.client(connection)) };
    } catch (error) {
      return { ok: false, error: error instanceof PveError ? error : new PveError({ kind: 'server-error', message: String(error), cause: error }) };
    }
  };
  return {
    connections: () => connections.all.map((connection) => ({
      connection,
      ephemeral: connections.isEphemeral(connection.id),
      health: inventory.health(connection.id),
    })),
    broken: () => connections.broken,
    rows: (connectionId) => inventory.rows(connectionId),
    live: (connectionId, rowId) => inventory.live(connectionId, rowId),
    volumes: (connectionId, node, storage) => ask(connectionId, (client) => storageVolumes(client, node, storage)),
    snapshots: (connectionId, { node, kind, vmid }) => ask(connectionId, (client) => guestSnapshots(client, node, kind, vmid)),
    may: (connectionId) => privileges?.of(connectionId),
    tasks: (connectionId) => ask(connectionId, (client) => clusterTasks(client)),
    now: () => Date.now(),
  };
}
