import * as z from 'zod';
import type { Inventory, Row, StorageRow } from '../../inventory/index.ts';
import { type StorageContentRow, storageContentRow } from '../../pve/wire/index.ts';
import { isGuest, type Needs } from './needs.ts';
import type { Reading } from './reading.ts';

const contents = ['images', 'rootdir', 'iso', 'vztmpl', 'backup', 'snippets', 'import'] as const;
type Content = (typeof contents)[number];

/** One storage as one node sees it; shared ones without a node. */
export interface Place {
  readonly storage: string;
  /** Who is asked about it. */
  readonly node: string;
  readonly shared: boolean;
}

/** What the simulator's `--twin FILE` takes: src/simulator/twin/twin-file.ts. */
export interface LiveFacts {
  readonly version: 1;
  readonly nodes: Readonly<Record<string, { readonly online: boolean; readonly cpus?: number; readonly memory?: number; readonly rootfs?: { readonly total: number; readonly used: number } }>>;
  readonly guests: Readonly<Record<string, { readonly power: 'running' | 'stopped' | 'paused'; readonly uptime?: number; readonly diskUsed?: number }>>;
  readonly storages: readonly { readonly storage: string; readonly node?: string; readonly total: number; readonly used: number }[];
  readonly complete: readonly { readonly storage: string; readonly node?: string; readonly content: readonly Content[] }[];
  readonly volumes: readonly Readonly<Record<string, unknown>>[];
}

/** Where the volumes that matter are: storages that are needed, on nodes that are needed and run. */
export function placesOf(storages: ReadonlySet<string>, nodes: ReadonlySet<string>, rows: ReadonlyMap<string, Row>): Place[] {
  const isOnline = (name: string): boolean => {
    const node = rows.get(`node/${name}`);
    return node?.kind === 'node' && node.status === 'online';
  };
  const found = [...rows.values()].filter((row): row is StorageRow => row.kind === 'storage' && storages.has(row.storage) && isOnline(row.node));
  return [...Map.groupBy(found, ({ storage }) => storage).values()].flatMap((everywhere) => {
    const shared = everywhere.some((row) => row.shared);
    const needed = everywhere.filter(({ node }) => nodes.has(node));
    // What is shared is the same wherever one asks.
    const asked = shared ? [needed[0] ?? everywhere[0]].filter((row) => row !== undefined) : needed;
    return asked.map(({ storage, node }): Place => ({ storage, node, shared }));
  });
}

/** What runs where, how large everything is, and the volumes in the places given. */
export async function readLiveFacts(reading: Reading, inventory: Pick<Inventory, 'live'>, rows: ReadonlyMap<string, Row>, places: readonly Place[], needs: Needs): Promise<LiveFacts> {
  const { connection } = reading.client;
  const listed = await Promise.all(places.map((place) => readVolumes(reading, place, needs)));
  const facts = { nodes: {} as Record<string, LiveFacts['nodes'][string]>, guests: {} as Record<string, LiveFacts['guests'][string]>, storages: [] as LiveFacts['storages'][number][] };
  const sharedSeen = new Set<string>();
  for (const row of rows.values()) {
    const live = inventory.live(connection.id, row.id) ?? {};
    const { maxcpu, maxmem, maxdisk, disk, uptime } = live;
    if (row.kind === 'node') {
      facts.nodes[row.node] = {
        online: row.status === 'online',
        ...(maxcpu !== undefined && maxcpu >= 1 && { cpus: Math.round(maxcpu) }), ...(maxmem !== undefined && { memory: maxmem }),
        ...(maxdisk !== undefined && disk !== undefined && { rootfs: { total: maxdisk, used: disk } }),
      };
    } else if (isGuest(row)) {
      facts.guests[String(row.vmid)] = {
        power: row.status === 'running' ? 'running' : row.status === 'paused' || row.status === 'suspended' ? 'paused' : 'stopped',
        ...(uptime !== undefined && { uptime }), ...(row.kind === 'lxc' && disk !== undefined && disk > 0 && { diskUsed: disk }),
      };
    } else if (row.kind === 'storage' && maxdisk !== undefined && disk !== undefined && !sharedSeen.has(row.storage)) {
      if (row.shared) sharedSeen.add(row.storage);
      facts.storages.push({ storage: row.storage, ...(!row.shared && { node: row.node }), total: maxdisk, used: disk });
    }
  }
  return { version: 1, ...facts, complete: listed.flatMap(({ complete }) => complete), volumes: listed.flatMap(({ volumes }) => volumes) };
}

async function readVolumes(reading: Reading, { storage, node, shared }: Place, needs: Needs): Promise<Pick<LiveFacts, 'complete' | 'volumes'>> {
  const at = shared ? {} : { node };
  const path = `/nodes/${encodeURIComponent(node)}`;
  const rows = await reading.get(`${path}/storage/${encodeURIComponent(storage)}/content`, {}, z.array(storageContentRow), `What storage ${storage} on ${node} holds`);
  if (rows === undefined) return { complete: [], volumes: [] };
  const volumes = await Promise.all(rows.filter(isListed).map(async (row) => {
    const config = needs.archives.has(row.volid)
      ? await reading.get(`${path}/vzdump/extractconfig`, { volume: row.volid }, z.string(), `What the backup ${row.volid} holds`)
      : undefined;
    const { volid, content, format, size, used, ctime, vmid, notes, parent } = row;
    return present({
      volid, ...at, content, format: format ?? 'raw', size: size ?? 0, used, ctime, notes, parent, config,
      vmid: vmid !== undefined && vmid !== null && vmid > 0 ? vmid : undefined,
      protected: row.protected === true ? true : undefined,
      subtype: content === 'backup' ? backupKind(volid, format) : undefined,
    });
  }));
  // Disks of guests that one may not see are not listed; images and templates all are.
  return { complete: [{ storage, ...at, content: ['iso', 'vztmpl'] }], volumes };
}

function isListed(row: StorageContentRow): row is StorageContentRow & { content: Content } {
  return contents.includes(row.content as Content);
}

function backupKind(volid: string, format: string | undefined): 'qemu' | 'lxc' | undefined {
  const named = /vzdump-(qemu|lxc)-/.exec(volid)?.[1] ?? { 'pbs-vm': 'qemu', 'pbs-ct': 'lxc' }[format ?? ''];
  return named === 'qemu' || named === 'lxc' ? named : undefined;
}

/** Without members that are not told. */
function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}
