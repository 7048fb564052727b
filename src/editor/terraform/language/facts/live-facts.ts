import { type Disposable, DisposableStore, Emitter, type Logger } from '../../../../base/index.ts';
import { type Inventory, storageVolumes, type Volume } from '../../../../inventory/index.ts';
import type { Connection, PveClient } from '../../../../pve/index.ts';
import type { BridgeFacts, ClusterFacts } from '../../../../terraform/language/index.ts';
import type { Clusters } from '../../../clusters/index.ts';
import { factsOf } from './facts-of.ts';
import { readBridges } from './read-bridges.ts';

/** What is needed of the window's clusters. */
export type FactsClusters = Pick<Clusters, 'inventory' | 'refresh' | 'onDidChange'> & { readonly client: (connection: Connection) => Promise<PveClient> };

/** Milliseconds that rows, bridges and volumes are good for before they are read again, behind the back of who types. */
const AGE = { rows: 60_000, bridges: 300_000, volumes: 60_000 };

interface Known {
  readonly connection: Connection;
  readonly bridges: Map<string, readonly BridgeFacts[]>;
  readonly volumes: Map<string, readonly Volume[]>;
  /** When each thing was asked for last, by what it is. */
  readonly asked: Map<string, number>;
  facts: ClusterFacts | undefined;
}

/**
 * What is known of the clusters that Terraform folders are about. Answers come from memory; what is not known or old is asked for meanwhile,
 * and announced when it has come. Nothing is asked of clusters that nobody writes code for.
 */
export class LiveFacts implements Disposable {
  readonly #clusters: FactsClusters;
  readonly #logger: Logger;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new Emitter<string>());
  readonly #known = new Map<string, Known>();
  readonly #reading = new Set<Promise<void>>();
  #inventory: Inventory | undefined;

  /** Fires with the connection of whose cluster other things are known now. */
  readonly onDidChange = this.#changes.event;

  constructor(clusters: FactsClusters, logger: Logger) {
    this.#clusters = clusters;
    this.#logger = logger;
    this.#store.add(clusters.onDidChange(({ connectionId, added, changed, removed, live }) => {
      const known = this.#known.get(connectionId);
      if (known === undefined || added.length + changed.length + removed.length + live.length === 0) return;
      known.facts = undefined;
      // Counters that move, such as free space, are read when somebody asks; they are no reason to look through the code again.
      if (added.length + changed.length + removed.length > 0) this.#changes.fire(connectionId);
    }));
  }

  /** What is known now; undefined while nothing is. Does not wait for the cluster. */
  async of(connection: Connection): Promise<ClusterFacts | undefined> {
    const inventory = (this.#inventory ??= await this.#clusters.inventory());
    const known = this.#attend(connection);
    this.#read(known, 'rows', AGE.rows, () => this.#clusters.refresh([connection.id]));
    known.facts ??= factsOf(inventory, connection.id, { bridges: known.bridges, volumes: (storage) => this.#volumes(inventory, known, storage) });
    for (const [node, { online }] of known.facts?.nodes ?? []) {
      if (online) this.#read(known, `bridges of ${node}`, AGE.bridges, async (client) => void known.bridges.set(node, await readBridges(await client(), node)));
    }
    return known.facts;
  }

  /** Waits for what is being asked of clusters, at most so many milliseconds. @returns whether anything was */
  async settled(milliseconds: number): Promise<boolean> {
    if (this.#reading.size === 0) return false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
    await Promise.race([Promise.all(this.#reading), late]);
    clearTimeout(timer);
    return true;
  }

  dispose(): void {
    this.#store.dispose();
  }

  #attend(connection: Connection): Known {
    let known = this.#known.get(connection.id);
    // An edited connection may lead to another cluster.
    if (known === undefined || JSON.stringify(known.connection) !== JSON.stringify(connection)) {
      known = { connection, bridges: new Map(), volumes: new Map(), asked: new Map(), facts: undefined };
      this.#known.set(connection.id, known);
    }
    return known;
  }

  /** Only of storages that the code names: a content is asked for when somebody wants to know it. */
  #volumes(inventory: Inventory, known: Known, storage: string): readonly Volume[] | undefined {
    this.#read(known, `volumes of ${storage}`, AGE.volumes, async (client) => {
      const rows = [...inventory.rows(known.connection.id).values()].filter((row) => row.kind === 'storage').filter((row) => row.storage === storage && row.status === 'available');
      const places = rows[0]?.shared === true ? rows.slice(0, 1) : rows;
      const asked = await client();
      const lists = await Promise.all(places.map(({ node }) => storageVolumes(asked, node, storage)));
      known.volumes.set(storage, [...new Map(lists.flat().map((volume) => [volume.volid, volume])).values()]);
    });
    return known.volumes.get(storage);
  }

  /** Asks unless it was done lately. A failure is written down and tried again when the answer would be old. */
  #read(known: Known, what: string, age: number, read: (client: () => Promise<PveClient>) => Promise<void>): void {
    const at = known.asked.get(what);
    if (at !== undefined && Date.now() - at < age) return;
    known.asked.set(what, Date.now());
    const reading = read(() => this.#clusters.client(known.connection)).then(
      () => {
        known.facts = undefined;
        if (what !== 'rows') this.#changes.fire(known.connection.id);
      },
      (error: unknown) => this.#logger.warn(`Terraform: the ${what} could not be read: ${error instanceof Error ? error.message : String(error)}`),
    ).finally(() => this.#reading.delete(reading));
    this.#reading.add(reading);
  }
}
