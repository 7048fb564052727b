import type { ConsoleClient, ConsoleTarget } from '../../pve/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { visible } from '../text/index.ts';

/** A node or guest whose console is wanted, wherever it runs by now. */
export interface ConsolePlace {
  readonly connectionId: string;
  /** `node/pve1`, `qemu/100`, `lxc/101`. */
  readonly rowId: string;
  /** As the cluster says it; not made harmless. */
  readonly name: string | undefined;
}

/** `web-1 (105)` or a node's name, harmless in titles and terminals. */
export function placeName({ rowId, name }: ConsolePlace): string {
  const [kind, id = ''] = rowId.split('/');
  const shown = visible(name ?? '', 60);
  if (kind === 'node') return shown === '' ? id : shown;
  return shown === '' ? id : `${shown} (${id})`;
}

/** @throws Error when it is gone */
export async function clientOf(clusters: Clusters, { connectionId }: ConsolePlace): Promise<ConsoleClient> {
  await clusters.connections.load();
  const connection = clusters.connections.find(connectionId);
  if (connection === undefined) throw new Error('The connection has been removed.');
  return clusters.client(connection);
}

/** What it is and where it runs, as far as the inventory knows. @throws Error when it is gone */
export async function targetOf(clusters: Clusters, place: ConsolePlace): Promise<ConsoleTarget> {
  const row = (await clusters.inventory()).rows(place.connectionId).get(place.rowId);
  if (row?.kind === 'node') return { kind: 'node', node: row.node };
  if (row?.kind === 'qemu' || row?.kind === 'lxc') return { kind: row.kind, node: row.node, vmid: row.vmid };
  throw new Error(`${placeName(place)} is not in the inventory any more.`);
}

/** Whether the place runs, asked anew. */
export async function isRunning(clusters: Clusters, place: ConsolePlace): Promise<boolean> {
  await clusters.refresh([place.connectionId]);
  const row = (await clusters.inventory()).rows(place.connectionId).get(place.rowId);
  return row !== undefined && 'status' in row && (row.status === 'running' || row.status === 'paused' || row.status === 'online');
}
