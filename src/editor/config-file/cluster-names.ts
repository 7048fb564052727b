import * as z from 'zod';
import { type Inventory, storageVolumes } from '../../inventory/index.ts';
import type { ContentType, KnownNames, LiveName, LiveNames } from '../../pve/config/language/index.ts';
import type { PveClient } from '../../pve/index.ts';
import { readRows } from '../../pve/wire/index.ts';
import { formatBytes } from '../text/index.ts';
import type { ConfigPlace } from './config-place.ts';

const bridgeRow = z.object({ iface: z.string(), comments: z.string().optional(), address: z.string().optional() });
/** Milliseconds that an answer of the cluster is good for. */
const KEPT = 60_000;

/** The names that exist on one guest's node: storages, nodes and tags from the inventory, bridges and volumes asked for and kept a minute. */
export class ClusterNames implements LiveNames {
  readonly #inventory: Inventory;
  readonly #client: () => Promise<PveClient>;
  readonly #place: ConfigPlace;
  readonly #answers = new Map<string, { readonly at: number; readonly names: Promise<readonly LiveName[]> }>();
  #bridges: ReadonlySet<string> | undefined;

  constructor(inventory: Inventory, client: () => Promise<PveClient>, place: ConfigPlace) {
    this.#inventory = inventory;
    this.#client = client;
    this.#place = place;
  }

  /** What is known without asking. */
  get known(): KnownNames {
    const storages = new Set(this.#storages().map(({ storage }) => storage));
    return { ...(storages.size > 0 && { storages }), ...(this.#bridges !== undefined && { bridges: this.#bridges }) };
  }

  storages(content: ContentType): Promise<readonly LiveName[]> {
    const { connectionId } = this.#place;
    return Promise.resolve(this.#storages().filter((row) => row.content.includes(content)).map(({ storage, id, plugintype }) => {
      const { disk, maxdisk } = this.#inventory.live(connectionId, id) ?? {};
      const free = disk === undefined || maxdisk === undefined || maxdisk === 0 ? undefined : `${formatBytes(maxdisk - disk)} free`;
      return { name: storage, detail: [plugintype, free].filter((part) => part !== undefined).join(', ') };
    }));
  }

  bridges(): Promise<readonly LiveName[]> {
    return this.#ask('bridges', async (client) => {
      const path = `/nodes/${encodeURIComponent(this.#place.node)}/network`;
      const { rows } = readRows(bridgeRow, await client.get(path, { type: 'any_bridge' }), client.connection.name, `GET ${path}`);
      this.#bridges = new Set(rows.map(({ iface }) => iface));
      return rows.map(({ iface, comments, address }) => ({ name: iface, detail: (comments ?? address ?? '').trim() }));
    });
  }

  volumes(content: ContentType): Promise<readonly LiveName[]> {
    return this.#ask(`volumes ${content}`, async (client) => {
      const storages = this.#storages().filter((row) => row.content.includes(content));
      const lists = await Promise.all(storages.map(({ storage }) => storageVolumes(client, this.#place.node, storage).catch(() => [])));
      return lists.flat().filter((volume) => volume.content === content).map(({ volid, size }) => ({ name: volid, detail: formatBytes(size) }));
    });
  }

  nodes(): Promise<readonly LiveName[]> {
    return Promise.resolve([...this.#rows()].flatMap((row) => (row.kind === 'node' ? [{ name: row.node, detail: row.status }] : [])));
  }

  tags(): Promise<readonly LiveName[]> {
    const counts = new Map<string, number>();
    for (const row of this.#rows()) {
      if (row.kind === 'qemu' || row.kind === 'lxc') for (const tag of row.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    return Promise.resolve([...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => ({ name, detail: `${count} ${count === 1 ? 'guest' : 'guests'}` })));
  }

  #rows(): Iterable<ReturnType<Inventory['rows']> extends ReadonlyMap<string, infer Row> ? Row : never> {
    return this.#inventory.rows(this.#place.connectionId).values();
  }

  #storages() {
    return [...this.#rows()].filter((row) => row.kind === 'storage').filter(({ node }) => node === this.#place.node);
  }

  /** Names are an offer: when the cluster cannot be asked there are none. */
  #ask(key: string, read: (client: PveClient) => Promise<readonly LiveName[]>): Promise<readonly LiveName[]> {
    const kept = this.#answers.get(key);
    if (kept !== undefined && Date.now() - kept.at < KEPT) return kept.names;
    const names = this.#client().then(read).catch(() => []);
    this.#answers.set(key, { at: Date.now(), names });
    return names;
  }
}
