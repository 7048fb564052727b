import type { PveClient } from '../pve/index.ts';
import type { Row } from './inventory.ts';
import { readResources } from './resources.ts';

/**
 * What exists at this moment, by one request and without a store: for programs that look once.
 * @throws PveError as the client does, and `not-proxmox` when the answer is no list
 */
export async function currentRows(client: PveClient, signal?: AbortSignal): Promise<ReadonlyMap<string, Row>> {
  const data = await client.get('/cluster/resources', {}, signal === undefined ? {} : { signal });
  return readResources(data, new Map(), new Map(), client.connection).rows;
}
