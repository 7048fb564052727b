import { createHash } from 'node:crypto';
import { boolean, optional } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { ALL, MODIFY, NODE, nodeOf } from './parameters.ts';

const PRICES = 'https://www.proxmox.com/en/proxmox-virtual-environment/pricing';

/** The node's id towards the shop: 32 capital hexadecimal digits that stay with the machine. */
const serverId = (call: Call): string => createHash('md5').update(`${call.cluster.name}/${nodeOf(call).name}`).digest('hex').toUpperCase();

/** A node that was never given a key; the id is for auditors. */
function read(call: Call): Record<string, string> {
  const told = { status: 'notfound', message: 'There is no subscription key', url: PRICES };
  return call.may(`/nodes/${nodeOf(call).name}`, ['Sys.Audit']) ? { ...told, serverid: serverId(call) } : told;
}

const PATH = '/nodes/{node}/subscription';

/** Setting a key would ask Proxmox's shop about it, so it is not served; without one there is nothing to check or remove. */
export const subscriptionRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, permissions: ALL, parameters: NODE, run: read },
  { method: 'POST', path: PATH, permissions: MODIFY, parameters: { ...NODE, force: optional(boolean({ default: false })) }, run: () => null },
  { method: 'DELETE', path: PATH, permissions: MODIFY, parameters: NODE, run: () => null },
];
