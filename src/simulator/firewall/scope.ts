import { failure } from '../api/errors.ts';
import { integer, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Permissions } from '../api/route.ts';
import { type Firewall, type Guest, newFirewall } from '../state/cluster.ts';

/** Whose firewall: the words of Proxmox's error messages. */
export type RuleEnvironment = 'cluster' | 'host' | 'vm' | 'ct' | 'group';

/** One of the places that have a firewall of their own. */
export interface Scope {
  readonly environment: RuleEnvironment;
  /** The path of its `firewall` directory. */
  readonly path: string;
  /** The variables of the path. */
  readonly parameters: Parameters;
  readonly audit: Permissions;
  readonly modify: Permissions;
  readonly firewallOf: (call: Call) => Firewall;
}

const NODE: Parameters = { node: string({ format: 'pve-node' }) };
const check = (path: string, privilege: string): Permissions => ({ check: ['perm', path, [privilege]] });

export const CLUSTER: Scope = {
  environment: 'cluster',
  path: '/cluster/firewall',
  parameters: {},
  audit: check('/', 'Sys.Audit'),
  modify: check('/', 'Sys.Modify'),
  firewallOf: ({ cluster }) => cluster.firewall,
};

export const HOST: Scope = {
  environment: 'host',
  path: '/nodes/{node}/firewall',
  parameters: NODE,
  audit: check('/nodes/{node}', 'Sys.Audit'),
  modify: check('/nodes/{node}', 'Sys.Modify'),
  firewallOf: ({ cluster, parameters }) => {
    const node = cluster.nodes.get(String(parameters['node']));
    if (node === undefined) throw failure(`no such cluster node '${String(parameters['node'])}'`);
    return node.firewall;
  },
};

function guestScope(environment: 'vm' | 'ct', kind: Guest['kind']): Scope {
  return {
    environment,
    path: `/nodes/{node}/${kind}/{vmid}/firewall`,
    parameters: { ...NODE, vmid: integer({ format: 'pve-vmid', minimum: 100, maximum: 999_999_999 }) },
    audit: check('/vms/{vmid}', 'VM.Audit'),
    modify: check('/vms/{vmid}', 'VM.Config.Network'),
    firewallOf: ({ cluster, parameters, method }) => {
      // Proxmox looks for `firewall/<vmid>.fw` alone: without the file there is an empty firewall, whoever's it would be.
      const guest = cluster.guests.get(Number(parameters['vmid']));
      if (guest !== undefined) return guest.firewall;
      if (method === 'GET') return newFirewall();
      throw failure(`Configuration file 'nodes/${String(parameters['node'])}/${kind === 'qemu' ? 'qemu-server' : 'lxc'}/${String(parameters['vmid'])}.conf' does not exist`);
    },
  };
}

export const VM = guestScope('vm', 'qemu');
export const CT = guestScope('ct', 'lxc');

/** Privileges and path of security groups, whose rules are the cluster's. */
export const GROUP: Scope = { ...CLUSTER, environment: 'group' };
