import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/base/index.ts';
import { ExplorerTree, type Detail } from '../../src/editor/explorer/model/index.ts';
import { clusterTasks, guestSnapshots, openInventory, storageVolumes } from '../../src/inventory/index.ts';
import { type ClientOptions, type Connection, createClient, type PveClient, PveError, type Secrets } from '../../src/pve/index.ts';

const sqlWasm = join(import.meta.dirname, '../../node_modules/sql.js/dist/sql-wasm.wasm');

export interface ConnectedTree {
  readonly tree: ExplorerTree;
  /** Refreshes every connection, as the explorer does. */
  refresh(): Promise<void>;
  /** What a person sees, down to so many levels below a node: labels and descriptions, indented. */
  text(id?: string, levels?: number): Promise<string>;
  close(): Promise<void>;
}

/** The explorer's tree over real clients and a real store, without VS Code around it. */
export async function connectTree(connections: readonly { readonly connection: Connection; readonly secrets: Secrets; readonly options?: ClientOptions }[]): Promise<ConnectedTree> {
  const folder = await mkdtemp(join(tmpdir(), 'explorer-'));
  const inventory = await openInventory({ folder, sqlWasm, logger: silentLogger });
  const clients = new Map<string, PveClient>(connections.map(({ connection, secrets, options }) => [connection.id, createClient(connection, secrets, options)]));
  const ask = async <T>(id: string, what: (client: PveClient) => Promise<T>): Promise<Detail<T>> => {
    try {
      return { ok: true, value: await what(clients.get(id)!) };
    } catch (error) {
      if (error instanceof PveError) return { ok: false, error };
      throw error;
    }
  };
  const tree = new ExplorerTree(
    {
      connections: () => connections.map(({ connection }) => ({ connection, ephemeral: false, health: inventory.health(connection.id) })),
      broken: () => [],
      rows: (id) => inventory.rows(id),
      live: (id, row) => inventory.live(id, row),
      volumes: (id, node, storage) => ask(id, (client) => storageVolumes(client, node, storage)),
      tasks: (id) => ask(id, (client) => clusterTasks(client)),
      snapshots: (id, { node, kind, vmid }) => ask(id, (client) => guestSnapshots(client, node, kind, vmid)),
      may: () => undefined,
      now: () => Date.now(),
    },
    { grouping: 'node', sortBy: 'vmid', filter: '' },
  );
  inventory.onDidChange((change) => tree.changed(change));
  const lines = async (id: string | undefined, levels: number, indent: string): Promise<string[]> => {
    const result: string[] = [];
    for (const child of await tree.children(id)) {
      const { label, description } = tree.item(child);
      result.push(`${indent}${[label, description].filter(Boolean).join('  ')}`);
      if (levels > 1) result.push(...(await lines(child, levels - 1, `${indent}  `)));
    }
    return result;
  };
  return {
    tree,
    refresh: async () => void (await Promise.all(connections.map(({ connection }) => inventory.refresh(connection, clients.get(connection.id)!)))),
    text: async (id, levels = 1) => (await lines(id, levels, '')).join('\n'),
    async close() {
      for (const client of clients.values()) client.dispose();
      inventory.dispose();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
