import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Inventory, Row } from '../../inventory/index.ts';
import { type PveClient, PveError } from '../../pve/index.ts';
import type { Proposal } from '../proposal/proposal.ts';
import { readClusterFiles, readPools } from './cluster-files.ts';
import { readGuest, sketchGuest } from './guest-snapshot.ts';
import { type Place, placesOf, readLiveFacts } from './live-facts.ts';
import { isGuest, type Needs, needsOf, storagesIn } from './needs.ts';
import { type Actor, copyPermissions } from './permissions-copy.ts';
import { Reading } from './reading.ts';

/** A copy of a cluster on this disk. */
export interface ClusterCopy {
  /** Shaped like `/etc/pve`. */
  readonly folder: string;
  /** JSON: what runs, and how large everything is. */
  readonly twinFile: string;
  readonly needs: Needs;
  readonly places: readonly Place[];
  /** As whom the proposal runs there. */
  readonly actor: Actor;
  /** What is not like on the cluster, because it could not be read. Whole sentences. */
  readonly unknown: readonly string[];
}

export interface Original {
  readonly client: PveClient;
  readonly inventory: Pick<Inventory, 'rows' | 'live'>;
  readonly signal?: AbortSignal;
}

/**
 * Copies a cluster into a folder, as far as the proposal is about it: its guests whole, the others as the inventory knows them. Sends
 * nothing but GET requests.
 * @throws PveError when the cluster cannot be asked
 */
export async function copyCluster(home: string, proposal: Proposal, { client, inventory, signal }: Original): Promise<ClusterCopy> {
  const reading = new Reading(client, signal);
  const { id } = client.connection;
  const rows = new Map([...inventory.rows(id)].filter(([, row]) => isPlain(row)));
  const named = needsOf(proposal, rows);
  const [clusterFiles, pools, access, guests] = await Promise.all([
    readClusterFiles(reading, rows, named), readPools(reading, rows, named), copyPermissions(reading, client.connection), readGuests(reading, inventory, rows, named),
  ]);
  const needs: Needs = { ...named, storages: named.storages.union(guests.storages), nodes: named.nodes.union(guests.nodes) };
  const places = placesOf(needs.storages, needs.nodes, rows);
  const [facts, taken] = await Promise.all([readLiveFacts(reading, inventory, rows, places, needs), readTakenIds(reading, named, rows)]);
  const folder = join(home, 'pve');
  const files = new Map([...clusterFiles, ['user.cfg', `user:root@pam:1:0:::::\n${access.users}${pools}`], ['priv/token.cfg', access.tokens], ...guests.files, ...taken]);
  await writeAll(folder, files, [...rows.values()].flatMap((row) => (row.kind === 'node' ? [row.node] : [])));
  const twinFile = join(home, 'twin.json');
  await writeFile(twinFile, JSON.stringify(facts), { mode: 0o600 });
  return { folder, twinFile, needs, places, actor: access.actor, unknown: reading.unknown };
}

/** Names become names of files and lines in them: what no Proxmox VE would call anything is left out. */
function isPlain(row: Row): boolean {
  return ('node' in row ? /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(row.node) : true) && (row.kind !== 'storage' || /^[\w.-]+$/.test(row.storage)) && (row.kind !== 'pool' || /^[\w./-]+$/.test(row.pool));
}

const guestFile = (kind: 'qemu' | 'lxc', node: string, vmid: number): string => `nodes/${node}/${kind === 'qemu' ? 'qemu-server' : 'lxc'}/${vmid}.conf`;

async function readGuests(reading: Reading, inventory: Original['inventory'], rows: ReadonlyMap<string, Row>, needs: Needs): Promise<{ readonly files: readonly (readonly [string, string])[]; readonly storages: ReadonlySet<string>; readonly nodes: ReadonlySet<string> }> {
  const storages = new Set<string>();
  const nodes = new Set<string>();
  const { connection } = reading.client;
  const files = await Promise.all([...rows.values()].filter(isGuest).map(async (row) => {
    const file = guestFile(row.kind, row.node, row.vmid);
    const read = needs.guests.has(row.vmid) ? await reading.attempt(`The configuration of ${row.kind === 'qemu' ? 'VM' : 'container'} ${row.vmid}`, () => readGuest(reading.client, row, reading.options)) : undefined;
    if (read === undefined) return [file, sketchGuest(row, inventory.live(connection.id, row.id))] as const;
    nodes.add(row.node);
    for (const options of [read.config.current, ...read.config.snapshots.values()]) for (const value of options.values()) for (const storage of storagesIn(value)) storages.add(storage);
    return [file, read.text] as const;
  }));
  return { files, storages, nodes };
}

/** VMIDs that guests have whom one may not see: the cluster only tells that they are taken. */
async function readTakenIds({ client, options }: Reading, needs: Needs, rows: ReadonlyMap<string, Row>): Promise<readonly (readonly [string, string])[]> {
  const node = [...rows.values()].find((row) => row.kind === 'node')?.node;
  if (node === undefined) return [];
  const taken = await Promise.all([...needs.newGuests].map(async (vmid) => {
    try {
      await client.get('/cluster/nextid', { vmid }, options);
      return [];
    } catch (error) {
      if (!(error instanceof PveError) || error.kind !== 'bad-parameter') throw error;
      return [[guestFile('qemu', node, vmid), ''] as const];
    }
  }));
  return taken.flat();
}

/** Hundreds of files: asked for one by one so that no more than this are open. */
const PARALLEL = 32;

async function writeAll(folder: string, files: ReadonlyMap<string, string>, nodes: readonly string[]): Promise<void> {
  const folders = new Set([...[...files.keys()].map(dirname), ...nodes.map((node) => `nodes/${node}`)]);
  for (const each of folders) await mkdir(join(folder, each), { recursive: true, mode: 0o700 });
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await writeFile(join(folder, next[0]), next[1], { mode: 0o600 });
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}
