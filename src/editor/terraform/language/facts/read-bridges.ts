import * as z from 'zod';
import type { PveClient } from '../../../../pve/index.ts';
import { readRows } from '../../../../pve/wire/index.ts';
import type { BridgeFacts } from '../../../../terraform/language/index.ts';

const flag = z.union([z.boolean(), z.number(), z.string()]).transform((value) => value === true || value === 1 || value === '1');
/** A row of `GET /nodes/{node}/network`. */
const interfaceRow = z.object({
  iface: z.string(),
  type: z.string().catch(''),
  bridge_vlan_aware: flag.optional(),
  bridge_vids: z.string().optional(),
  'vlan-id': z.coerce.number().optional(),
  'vlan-raw-device': z.string().optional(),
});

/** So many VLANs of a bridge at most are named; a bridge that lets all of them pass (`2-4094`) names none. */
const MANY = 64;

/**
 * A node's bridges and SDN vnets, each with the VLANs that its configuration names.
 * @throws PveError as the client does
 */
export async function readBridges(client: PveClient, node: string): Promise<readonly BridgeFacts[]> {
  const path = `/nodes/${encodeURIComponent(node)}/network`;
  const read = async (parameters?: { readonly type: string }) => readRows(interfaceRow, await client.get(path, parameters), client.connection.name, `GET ${path}`).rows;
  const [bridges, interfaces] = await Promise.all([read({ type: 'any_bridge' }), read()]);
  return bridges.map(({ iface, type, bridge_vlan_aware, bridge_vids }) => {
    const tagged = interfaces.flatMap((one) => (one['vlan-raw-device'] === iface && one['vlan-id'] !== undefined ? [one['vlan-id']] : []));
    return {
      name: iface,
      vlanAware: type === 'OVSBridge' ? true : type === 'bridge' ? bridge_vlan_aware === true : undefined,
      vlans: [...new Set([...tagged, ...named(bridge_vids ?? '')])].sort((a, b) => a - b),
    };
  });
}

/** `2-4 10`: interfaces(5), `bridge-vids`. */
function named(ids: string): number[] {
  const ranges = ids.split(/[\s,;]+/).flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return Number.isInteger(first) && Number.isInteger(last) && part !== '' ? [{ first, last }] : [];
  });
  const count = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return count > MANY ? [] : ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}
