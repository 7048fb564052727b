/**
 * A refresh of 10,000 guests over HTTPS from a simulator process: request, parse, diff, store (durably) and what the tree
 * makes of the change, compared with fetching and parsing the same answer alone over a connection that is kept open too.
 */
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { silentLogger } from '../../src/base/index.ts';
import { ExplorerTree, type Sources } from '../../src/editor/explorer/model/index.ts';
import { type Change, type Inventory, openInventory } from '../../src/inventory/index.ts';
import { createClient } from '../../src/pve/index.ts';
import { printFigures, ratioFigure } from './figure.ts';
import { startFrozenCluster } from './frozen-cluster.ts';
import { compare, type Comparison, timed } from './rounds.ts';

const guests = 10_000;
const cluster = await startFrozenCluster(guests);
const { connection } = cluster;
const home = await mkdtemp(join(tmpdir(), 'proxmox-workbench-bench-'));
const client = createClient(connection, cluster.secrets);
const pool = new Pool(cluster.url, { connect: { ca: cluster.cert } });
let folders = 0;

/** An inventory with a tree on it. */
class Watched {
  readonly inventory: Inventory;
  readonly #tree: ExplorerTree;
  #change: Change | undefined;
  #repaint: readonly string[] = [];

  constructor(inventory: Inventory) {
    this.inventory = inventory;
    this.#tree = new ExplorerTree(sourcesOf(inventory), { grouping: 'node', sortBy: 'vmid', filter: '' });
    inventory.onDidChange((change) => {
      this.#change = change;
      this.#repaint = this.#tree.changed(change);
    });
  }

  /** Draws the connection and the first node below it, as far as they are there, as VS Code does when they are open. */
  async draw(): Promise<void> {
    await this.#children();
    const nodes = await this.#children(connection.id);
    const node = nodes.find((id) => id.includes('/node='));
    if (node !== undefined) await this.#children(node);
  }

  /** @returns milliseconds, what changed, and what of the tree has to be painted again */
  async refresh(): Promise<{ readonly time: number; readonly change: Change | undefined; readonly repaint: readonly string[] }> {
    this.#change = undefined;
    const time = await timed(() => this.inventory.refresh(connection, client));
    return { time, change: this.#change, repaint: this.#repaint };
  }

  async #children(parent?: string): Promise<readonly string[]> {
    const ids = await this.#tree.children(parent);
    for (const id of ids) this.#tree.item(id);
    return ids;
  }
}

async function watch(): Promise<Watched> {
  const watched = new Watched(await openInventory({ folder: join(home, String(folders++)), logger: silentLogger }));
  await watched.draw();
  return watched;
}

function sourcesOf(inventory: Inventory): Sources {
  const nothing = () => Promise.resolve({ ok: true as const, value: [] });
  return {
    connections: () => [{ connection, ephemeral: false, health: inventory.health(connection.id) }],
    broken: () => [],
    rows: (id) => inventory.rows(id),
    live: (id, rowId) => inventory.live(id, rowId),
    volumes: nothing,
    tasks: nothing,
    snapshots: () => Promise.resolve({ ok: true, value: [] }),
    may: () => undefined,
    now: () => Date.now(),
  };
}

async function fetchAlone(): Promise<{ readonly data: readonly unknown[] }> {
  const { body } = await pool.request({ path: '/api2/json/cluster/resources', method: 'GET', headers: { authorization: `PVEAPIToken=${cluster.tokenId}=${cluster.tokenSecret}` } });
  return JSON.parse(await body.text()) as { readonly data: readonly unknown[] };
}

function measureFirst(): Promise<Comparison> {
  return compare(
    { warmUp: 6, counted: 24 },
    async () => {
      const watched = await watch();
      const { time, change, repaint } = await watched.refresh();
      assert(change !== undefined && change.added.length > guests && repaint.length > 0);
      watched.inventory.dispose();
      return time;
    },
    () => timed(fetchAlone),
  );
}

/** @param advance milliseconds between refreshes */
async function measureNext(advance: number): Promise<Comparison> {
  const watched = await watch();
  await watched.refresh();
  await watched.draw();
  const compared = await compare(
    { warmUp: 10, counted: 40 },
    async () => {
      await cluster.order({ change: guests / 100, advance });
      const { time, change } = await watched.refresh();
      assert.equal(change?.changed.length, guests / 100);
      if (advance > 0) assert(change.live.length > guests / 10);
      return time;
    },
    async () => {
      await cluster.order({});
      return timed(fetchAlone);
    },
  );
  watched.inventory.dispose();
  return compared;
}

try {
  const than = 'fetching and parsing alone';
  printFigures([
    ratioFigure(`first refresh of 10,000 guests : ${than}`, 2.5, await measureFirst()),
    ratioFigure(`refresh with 1 % of the guests changed, counters at rest : ${than}`, 1.5, await measureNext(0)),
    ratioFigure(`refresh with 1 % changed and all counters moved by 10 s : ${than}`, 1.5, await measureNext(10_000)),
  ]);
} finally {
  client.dispose();
  await pool.close();
  cluster.stop();
  await rm(home, { recursive: true, force: true });
}
