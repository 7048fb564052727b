import type { GuestTarget } from '../../changes/index.ts';
import type { GuestRow, Live, Row } from '../../inventory/index.ts';
import type { PveClient } from '../../pve/index.ts';
import type { Clusters } from '../clusters/index.ts';

/** The cluster that an operation is about, as it is known, and a way to ask it. */
export interface Place {
  readonly connectionId: string;
  readonly rows: ReadonlyMap<string, Row>;
  readonly live: (rowId: string) => Live | undefined;
  readonly client: PveClient;
  /** What the operation is called, for the titles of questions. */
  readonly title: string;
  guest(target: GuestTarget): GuestRow | undefined;
  /** Makes sure that commands can be run on a node, asking about its host key and password; false when the person does not want to go on. */
  reach(node: string): Promise<boolean>;
}

/** @throws Error when the connection is not there any more */
export async function placeOf(clusters: Clusters, connectionId: string, title: string): Promise<Place> {
  const connection = clusters.connections.find(connectionId);
  if (connection === undefined) throw new Error('The connection is not there any more.');
  const [inventory, client] = await Promise.all([clusters.inventory(), clusters.client(connection)]);
  const rows = inventory.rows(connectionId);
  return {
    connectionId, rows, client, title,
    async reach(node) {
      const { reachNode } = await import('./node-access.ts');
      return reachNode(clusters, connectionId, node, title);
    },
    live: (rowId) => inventory.live(connectionId, rowId),
    guest({ type, vmid }) {
      const row = rows.get(`${type}/${vmid}`);
      return row?.kind === 'qemu' || row?.kind === 'lxc' ? row : undefined;
    },
  };
}

/** `/nodes/pve1/qemu/100` and what is below. */
export function guestPath({ node, type, vmid }: GuestTarget, below: string): string {
  return `/nodes/${encodeURIComponent(node)}/${type}/${vmid}${below}`;
}

/** A guest's configuration with what is pending: `GET …/config`. */
export async function readConfig({ client }: Place, target: GuestTarget): Promise<Readonly<Record<string, unknown>>> {
  const data = await client.get(guestPath(target, '/config'));
  return typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
}

/** The next VMID that is free, by the cluster's own word: `GET /cluster/nextid`. */
export async function nextVmid({ client }: Place): Promise<number> {
  return Number(await client.get('/cluster/nextid'));
}

/** `VM 100 web` */
export function called({ type, vmid, name }: GuestTarget): string {
  return `${type === 'qemu' ? 'VM' : 'container'} ${vmid}${name === undefined ? '' : ` ${name}`}`;
}
