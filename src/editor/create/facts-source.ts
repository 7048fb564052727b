import * as z from 'zod';
import type { ApplianceFact, BridgeFact, ClusterFacts, NodeFacts, StorageFact, VolumeFact } from '../../changes/create/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import { PveError, type PveClient } from '../../pve/index.ts';
import { readRows, storageContentRow, storageRow } from '../../pve/wire/index.ts';
import { naturalOrder } from '../text/index.ts';

const networkRow = z.object({ iface: z.string(), cidr: z.string().nullish(), gateway: z.string().nullish(), comments: z.string().nullish() });
const applianceRow = z.object({ template: z.string(), headline: z.string().catch(''), section: z.string().catch(''), location: z.string().optional().catch(undefined), sha512sum: z.string().optional().catch(undefined) });
const FILES = ['iso', 'vztmpl', 'import'] as const;

/** Asks a cluster what the form has to know of it. Changes nothing. */
export class FactsSource {
  readonly #current: () => Promise<PveClient>;
  readonly #inventory: Pick<Inventory, 'rows' | 'live'>;

  /** @param current the client to ask with, each time anew: the form may stay open while its connection is changed or signed in to again */
  constructor(current: () => Promise<PveClient>, inventory: Pick<Inventory, 'rows' | 'live'>) {
    this.#current = current;
    this.#inventory = inventory;
  }

  /** What the inventory knows, and the VMID the cluster offers. @throws PveError when the cluster does not answer */
  async cluster(signal?: AbortSignal): Promise<ClusterFacts> {
    const client = await this.#current();
    const { id } = client.connection;
    const rows = [...this.#inventory.rows(id).values()];
    const nextId = z.coerce.number().int().safeParse(await client.get('/cluster/nextid', undefined, options(signal)));
    return {
      nodes: rows.flatMap((row) => {
        if (row.kind !== 'node') return [];
        const { cpu, maxcpu, mem, maxmem } = this.#inventory.live(id, row.id) ?? {};
        return [{
          node: row.node, online: row.status === 'online',
          ...(maxcpu !== undefined && { cpus: maxcpu }), ...(cpu !== undefined && { load: cpu }),
          ...(maxmem !== undefined && { memory: maxmem }), ...(maxmem !== undefined && mem !== undefined && { memoryFree: maxmem - mem }),
        }];
      }).sort((a, b) => naturalOrder(a.node, b.node)),
      pools: rows.flatMap((row) => (row.kind === 'pool' ? [row.pool] : [])).sort(naturalOrder),
      taken: new Map(rows.flatMap((row) => (row.kind === 'qemu' || row.kind === 'lxc' ? [[row.vmid, `${row.kind === 'qemu' ? 'VM' : 'container'} ${row.vmid}${row.name === '' ? '' : ` (${row.name})`}`] as const] : []))),
      nextId: nextId.success ? nextId.data : undefined,
    };
  }

  /** Whether a VMID is free, also of guests that the user may not see. @returns who has it: “another guest”; undefined when it is free */
  async holderOf(vmid: number, signal?: AbortSignal): Promise<string | undefined> {
    try {
      await (await this.#current()).get('/cluster/nextid', { vmid }, options(signal));
      return undefined;
    } catch (error) {
      if (error instanceof PveError && error.kind === 'bad-parameter') return 'another guest';
      throw error;
    }
  }

  /** What a node has to make guests of. What cannot be asked is left out and told: the form is of use without. @throws PveError when nothing answers */
  async node(node: string, signal?: AbortSignal): Promise<NodeFacts> {
    const troubles: string[] = [];
    const path = `/nodes/${encodeURIComponent(node)}`;
    const client = await this.#current();
    const { name } = client.connection;
    const read = async <T>(schema: z.ZodType<T>, below: string, parameters?: Readonly<Record<string, string | number>>): Promise<readonly T[]> =>
      readRows(schema, await client.get(`${path}${below}`, parameters, options(signal)), name, `GET ${path}${below}`).rows;
    const orNothing = async <T>(what: string, wanted: Promise<readonly T[]>): Promise<readonly T[]> => {
      try {
        return await wanted;
      } catch (error) {
        if (!(error instanceof PveError) || error.kind === 'cancelled') throw error;
        troubles.push(`${what} could not be read: ${error.message}`);
        return [];
      }
    };
    const appliances = orNothing('The list of templates to download', read(applianceRow, '/aplinfo'));
    const bridges = orNothing('The bridges', read(networkRow, '/network', { type: 'any_bridge' }));
    // Without its storages there is nothing to offer.
    const storages = (await read(storageRow, '/storage', { enabled: 1 })).filter(({ active }) => active !== false);
    const facts = storages.map(({ storage, type, content, shared, avail, total }): StorageFact => ({
      storage, type, shared: shared === true, content: content.split(',').map((each) => each.trim()),
      ...(avail !== undefined && { free: avail }), ...(total !== undefined && { total }),
    })).sort((a, b) => naturalOrder(a.storage, b.storage));
    const files = facts.flatMap(({ storage, content }) => FILES.filter((each) => content.includes(each)).map((each) => ({ storage, content: each })));
    const volumes = await Promise.all(files.map(({ storage, content }) =>
      orNothing(`What is on ${storage}`, read(storageContentRow, `/storage/${encodeURIComponent(storage)}/content`, { content }).then((rows) => rows.map(({ volid, size }): VolumeFact => ({ volid, content, size: size ?? 0 })))),
    ));
    return {
      node,
      storages: facts,
      bridges: (await bridges).map(({ iface, cidr, gateway, comments }): BridgeFact => ({
        bridge: iface, ...(typeof cidr === 'string' && { cidr }), ...(typeof gateway === 'string' && { gateway }), ...(typeof comments === 'string' && comments.trim() !== '' && { comment: comments.trim() }),
      })).sort((a, b) => naturalOrder(a.bridge, b.bridge)),
      volumes: volumes.flat().sort((a, b) => naturalOrder(a.volid, b.volid)),
      appliances: (await appliances).map(({ template, headline, section, location, sha512sum }): ApplianceFact => ({ template, headline, section, ...(location !== undefined && { location }), ...(sha512sum !== undefined && { sha512: sha512sum }) })).sort((a, b) => naturalOrder(a.template, b.template)),
      troubles,
    };
  }
}

const options = (signal: AbortSignal | undefined): { readonly signal?: AbortSignal } => (signal === undefined ? {} : { signal });
