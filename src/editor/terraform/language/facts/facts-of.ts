import type { Inventory, Volume } from '../../../../inventory/index.ts';
import type { BridgeFacts, ClusterFacts, FileFacts, GuestFacts, NodeFacts, StorageFacts } from '../../../../terraform/language/index.ts';

/** What was asked for beyond the inventory. */
export interface Details {
  /** By node. */
  readonly bridges: ReadonlyMap<string, readonly BridgeFacts[]>;
  /** By storage; of a storage that is not shared, from all nodes that have it. */
  readonly volumes: (storage: string) => readonly Volume[] | undefined;
}

/** The lowest VMID that a guest may have (PVE/JSONSchema.pm, `pve-vmid`). */
const FIRST = 100;

/** What the language features are told of a cluster; undefined while the inventory knows nothing of it. */
export function factsOf(inventory: Pick<Inventory, 'rows' | 'live'>, connectionId: string, { bridges, volumes }: Details): ClusterFacts | undefined {
  const rows = [...inventory.rows(connectionId).values()];
  if (rows.length === 0) return undefined;
  const live = (id: string) => inventory.live(connectionId, id);
  const nodes = new Map<string, NodeFacts>();
  const storages: StorageFacts[] = [];
  const guests = new Map<number, GuestFacts>();
  const pools = new Set<string>();
  for (const row of rows) {
    const { mem, maxmem, maxcpu, disk, maxdisk } = live(row.id) ?? {};
    switch (row.kind) {
      case 'node':
        nodes.set(row.node, {
          online: row.status === 'online', memoryBytes: positive(maxmem), cores: positive(maxcpu), bridges: bridges.get(row.node),
          freeMemoryBytes: positive(maxmem) === undefined || mem === undefined ? undefined : Math.max(0, (maxmem ?? 0) - mem),
        });
        break;
      case 'storage':
        storages.push({
          name: row.storage, node: row.node, content: new Set(row.content), shared: row.shared, totalBytes: positive(maxdisk),
          freeBytes: positive(maxdisk) === undefined || disk === undefined ? undefined : Math.max(0, (maxdisk ?? 0) - disk),
        });
        break;
      case 'pool':
        pools.add(row.pool);
        break;
      default:
        guests.set(row.vmid, {
          vmid: row.vmid, kind: row.kind, name: row.name, node: row.node, template: row.template, status: row.status,
          memoryBytes: positive(maxmem), cores: positive(maxcpu), pool: row.pool,
        });
    }
  }
  let nextFreeVmid = FIRST;
  while (guests.has(nextFreeVmid)) nextFreeVmid++;
  return { nodes, storages, guests, pools, nextFreeVmid, files: (storage) => volumes(storage)?.map(({ volid, content, size }): FileFacts => ({ id: volid, content, bytes: size })) };
}

/** Nodes and storages that are out of reach tell zeros. */
function positive(value: number | undefined): number | undefined {
  return value === undefined || value <= 0 ? undefined : value;
}
