import { parsePropertyString } from '../../pve/config/index.ts';
import { parameterError } from '../api/errors.ts';
import { string } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import type { Cluster, Node } from '../state/cluster.ts';
import { ALL, index, NODE, nodeOf, ownIndex } from './parameters.ts';

/** The zone of the nodes' own bridges; it is there without any software-defined network. */
const LOCAL = 'localnetwork';

interface Port {
  readonly name: string;
  readonly vmid?: string | null;
  readonly index?: string;
  readonly primary_vlan?: number;
  readonly vlans?: readonly string[];
}

/** Guests' network devices on the host's side: with the firewall a pair of its own stands between guest and bridge. */
function guestPorts(cluster: Cluster, node: Node, bridge: string, vlans: boolean): Port[] {
  const ports: Port[] = [];
  for (const { vmid, kind, node: where, power, config } of cluster.guests.values()) {
    if (where !== node.name || power === 'stopped') continue;
    for (const [option, value] of config.current) {
      const number = /^net(\d+)$/.exec(option)?.[1];
      if (number === undefined) continue;
      const parts = parsePropertyString(kind === 'qemu' ? 'pve-qm-net' : 'pve-lxc-network', value).values;
      if (parts['bridge'] !== bridge) continue;
      const tag = parts['tag'] === undefined ? undefined : Number(parts['tag']);
      const tagging = !vlans ? {} : tag === undefined ? { primary_vlan: 1, vlans: ['2-4094'] } : { primary_vlan: tag, vlans: [] };
      // Proxmox tells the guest of firewalled devices only; for the others the fields are there and empty.
      ports.push(parts['firewall'] === true ? { name: `fwpr${vmid}p${number}`, vmid: String(vmid), index: `net${number}`, ...tagging } : { name: `${kind === 'qemu' ? 'tap' : 'veth'}${vmid}i${number}`, vmid: null, index: 'net', ...tagging });
    }
  }
  return ports;
}

function bridges(call: Call): Record<string, unknown>[] {
  const node = nodeOf(call);
  const zone = String(call.parameters['zone']);
  if (zone !== LOCAL) throw parameterError({ zone: 'zone does not exist' });
  return [...node.network.values()]
    .filter((one) => one['type'] === 'bridge' && call.may(`/sdn/zones/${zone}/${String(one['iface'])}`, ['SDN.Audit', 'SDN.Allocate'], true))
    .map((one) => {
      const vlans = one['bridge_vlan_aware'] === 1;
      const own = typeof one['bridge_ports'] === 'string' ? one['bridge_ports'].split(/\s+/).filter((name) => name !== '' && name !== 'none') : [];
      const name = String(one['iface']);
      return { name, vlan_filtering: vlans ? 1 : 0, ports: [...own.map((port): Port => ({ name: port, ...(vlans ? { primary_vlan: 1, vlans: ['2-4094'] } : {}) })), ...guestPorts(call.cluster, node, name, vlans)] };
    });
}

function refuse(kind: 'zone' | 'vnet'): Route['run'] {
  return () => {
    throw parameterError({ [kind]: `${kind} does not exist` });
  };
}

const ROOT = '/nodes/{node}/sdn';
const ZONE = { zone: string({ format: 'pve-sdn-zone-id' }) };
const VNET = { vnet: string({ format: 'pve-sdn-vnet-id' }) };
const SEE: Permissions = { check: ['perm', '/sdn/zones/{zone}', ['SDN.Audit']] };

/** A node's view of the software-defined networks, of which the simulated cluster has none. */
export const sdnRoutes: readonly Route[] = [
  ownIndex(ROOT, 'name', ['fabrics', 'vnets', 'zones']),
  { method: 'GET', path: `${ROOT}/zones`, permissions: ALL, parameters: NODE, run: () => [] },
  index(`${ROOT}/zones/{zone}`, 'subdir', ['content', 'bridges', 'ip-vrf'], SEE, ZONE),
  { method: 'GET', path: `${ROOT}/zones/{zone}/content`, permissions: SEE, parameters: { ...NODE, ...ZONE }, run: () => [] },
  { method: 'GET', path: `${ROOT}/zones/{zone}/bridges`, permissions: SEE, parameters: { ...NODE, zone: string() }, run: bridges },
  { method: 'GET', path: `${ROOT}/zones/{zone}/ip-vrf`, permissions: SEE, parameters: { ...NODE, zone: string() }, run: refuse('zone') },
  index(`${ROOT}/vnets/{vnet}`, 'subdir', ['mac-vrf'], ALL, VNET),
  { method: 'GET', path: `${ROOT}/vnets/{vnet}/mac-vrf`, permissions: ALL, parameters: { ...NODE, ...VNET }, run: refuse('vnet') },
];
