import { type Disposable, DisposableStore, Emitter, type Logger } from '../../base/index.ts';
import type { Change, Health, Inventory } from '../../inventory/index.ts';
import type { Connection, ConsoleClient, FileClient, NodeShell } from '../../pve/index.ts';
import type { Connections } from '../connections/index.ts';

export interface ClustersOptions {
  readonly connections: Connections;
  readonly logger: Logger;
  /** Absolute path of the folder for the inventory's store. */
  readonly folder: string;
  /** Absolute path of `sql-wasm.wasm`. */
  readonly sqlWasm: string;
}

/** A client that can do all that a window needs. */
export type WindowClient = ConsoleClient & FileClient;

/**
 * The clusters of this window: one client per connection and the inventory of all, made when first wanted. The rooms
 * `pve` and `inventory` are loaded then, not at activation.
 */
export class Clusters implements Disposable {
  readonly connections: Connections;
  readonly #options: ClustersOptions;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new Emitter<Change>());
  readonly #clients = new Map<string, { readonly connection: Connection; readonly client: Promise<WindowClient> }>();
  #opening: Promise<Inventory> | undefined;
  #inventory: Inventory | undefined;
  #known: ReadonlySet<string> = new Set();
  #disposed = false;

  /** What the inventory found out; also fired for a connection whose refresh began. */
  readonly onDidChange = this.#changes.event;

  constructor(options: ClustersOptions) {
    this.#options = options;
    this.connections = options.connections;
    this.#store.add(options.connections.onDidChange(() => this.#follow()));
  }

  /** The inventory, opened the first time. Rejects when SQLite cannot be loaded. */
  inventory(): Promise<Inventory> {
    return (this.#opening ??= this.#open());
  }

  /** The client of a connection as it is now, however long ago the caller was given it; a new one when it was changed. */
  client(given: Connection): Promise<WindowClient> {
    const connection = this.connections.find(given.id) ?? given;
    const known = this.#clients.get(connection.id);
    if (known !== undefined && sameConnection(known.connection, connection)) return known.client;
    this.#drop(connection.id);
    const client = this.#connect(connection);
    this.#clients.set(connection.id, { connection, client });
    return client;
  }

  /** Goes on with a client that has signed in already, for a connection that is about to be saved; only the name may differ. */
  adopt(connection: Connection, client: WindowClient): void {
    this.#drop(connection.id);
    this.#clients.set(connection.id, { connection, client: Promise.resolve(client) });
  }

  /** A way to run commands on a connection's nodes. Nothing is connected before the first. */
  async shell(connection: Connection): Promise<NodeShell> {
    const [{ createNodeShell }, client] = await Promise.all([import('../../pve/index.ts'), this.client(connection)]);
    return createNodeShell(connection, this.connections.secrets, client);
  }

  /** How a connection is doing; `unknown` until the inventory is opened. */
  health(id: string): Health {
    return this.#inventory?.health(id) ?? { state: 'unknown' };
  }

  /**
   * Refreshes one connection, or all side by side. Never rejects: failures are in their health.
   * @param anew for who has changed something: an answer that is on its way may know nothing of that
   */
  async refresh(ids?: readonly string[], anew = false): Promise<void> {
    await this.connections.load();
    const wanted = this.connections.all.filter(({ id }) => ids === undefined || ids.includes(id));
    if (wanted.length === 0) return;
    const inventory = await this.inventory();
    await Promise.all(wanted.map(async (connection) => inventory[anew ? 'refreshAnew' : 'refresh'](connection, await this.client(connection))));
  }

  /** Signs in anew, asking for what is missing, and refreshes. */
  async reconnect(id: string): Promise<void> {
    this.#drop(id);
    await this.connections.secrets.attend(id, () => this.refresh([id]));
  }

  dispose(): void {
    this.#disposed = true;
    for (const id of [...this.#clients.keys()]) this.#drop(id);
    this.#inventory?.dispose();
    this.#store.dispose();
  }

  async #open(): Promise<Inventory> {
    const { openInventory } = await import('../../inventory/index.ts');
    const { folder, sqlWasm, logger } = this.#options;
    await this.connections.load();
    this.#known = this.#ids();
    const inventory = await openInventory({ folder, sqlWasm, logger });
    if (this.#disposed) inventory.dispose();
    inventory.onDidChange((change) => this.#changes.fire(change));
    this.#inventory = inventory;
    return inventory;
  }

  async #connect(connection: Connection): Promise<WindowClient> {
    const { createClient } = await import('../../pve/index.ts');
    return createClient(connection, this.connections.secrets, { logger: this.#options.logger });
  }

  #drop(id: string): void {
    const known = this.#clients.get(id);
    this.#clients.delete(id);
    // A client that could not be made has nothing to dispose of; whoever asked for it was told.
    void known?.client.then((client) => client.dispose(), () => undefined);
  }

  /** Lets go of clients whose connection went away or was changed, and of what was known of removed connections. */
  #follow(): void {
    for (const [id, { connection }] of [...this.#clients]) {
      const now = this.connections.find(id);
      if (now === undefined || !sameConnection(now, connection)) this.#drop(id);
    }
    const ids = this.#ids();
    // Somebody who is editing the settings may have broken an entry for a moment: that forgets nothing.
    if (this.connections.broken.length > 0) return;
    for (const id of this.#known) if (!ids.has(id)) void this.#inventory?.forget(id);
    this.#known = ids;
  }

  #ids(): ReadonlySet<string> {
    return new Set(this.connections.all.map(({ id }) => id));
  }
}

function sameConnection(a: Connection, b: Connection): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
