import { createHash } from 'node:crypto';
import { failure } from '../api/errors.ts';
import { boolean, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { ANYBODY, directory } from './directory.ts';

const FLAG = optional(boolean());
const VIEW: Parameters = { pending: FLAG, running: FLAG };

/** The one IPAM that is there without being configured. */
const IPAM = { ipam: 'pve', type: 'pve' };
const EMPTY = createHash('sha1').update('').digest('hex');

const allocate = (path: string): Permissions => ({ check: ['perm', path, ['SDN.Allocate']] });
const none = (path: string, parameters: Parameters, answer: unknown = []): Route => ({ method: 'GET', path, permissions: ANYBODY, parameters, run: () => answer });

/** One object of a kind that the simulated cluster has none of. */
function missing(path: string, variable: string, kind: string, permissions: Permissions, parameters: Parameters = VIEW): Route {
  return {
    method: 'GET', path: `${path}/{${variable}}`, permissions, parameters: { ...parameters, [variable]: string({ format: `pve-sdn-${variable}-id` }) },
    run: (call: Call) => {
      throw failure(`${kind} '${String(call.parameters[variable])}' does not exist\n`);
    },
  };
}

function ipams(call: Call): unknown[] {
  const { type } = call.parameters;
  return (type === undefined || type === IPAM.type) && call.may(`/sdn/ipams/${IPAM.ipam}`, ['SDN.Audit', 'SDN.Allocate'], true) ? [{ ...IPAM, digest: EMPTY }] : [];
}

function ipam({ parameters }: Call): unknown {
  if (parameters['ipam'] !== IPAM.ipam) throw failure(`sdn '${String(parameters['ipam'])}' does not exist\n`);
  return { ...IPAM, digest: EMPTY };
}

function ipamStatus({ parameters }: Call): unknown[] {
  if (parameters['ipam'] !== IPAM.ipam) throw failure('Currently only PVE IPAM is supported!');
  return [];
}

const PATH = '/cluster/sdn';
const IPAM_ID: Parameters = { ipam: string({ format: 'pve-sdn-ipam-id' }) };
const FABRICS: Permissions = { check: ['perm', '/sdn/fabrics', ['SDN.Audit']] };

/** `/cluster/sdn` of a cluster without software-defined networks: the lists are empty but for the built-in IPAM. */
export const sdnRoutes: readonly Route[] = [
  directory(PATH, 'id', ['vnets', 'zones', 'controllers', 'ipams', 'dns', 'fabrics', 'prefix-lists', 'route-maps'], { check: ['perm', '/sdn', ['SDN.Audit']] }),
  none(`${PATH}/vnets`, VIEW),
  missing(`${PATH}/vnets`, 'vnet', 'sdn vnet', ANYBODY),
  none(`${PATH}/zones`, { ...VIEW, type: optional(oneOf('evpn', 'faucet', 'qinq', 'simple', 'vlan', 'vxlan')) }),
  missing(`${PATH}/zones`, 'zone', 'sdn', allocate('/sdn/zones/{zone}')),
  none(`${PATH}/controllers`, { ...VIEW, type: optional(oneOf('bgp', 'evpn', 'faucet', 'isis')) }),
  missing(`${PATH}/controllers`, 'controller', 'sdn', allocate('/sdn/controllers/{controller}')),
  none(`${PATH}/dns`, { type: optional(oneOf('powerdns')) }),
  missing(`${PATH}/dns`, 'dns', 'sdn', allocate('/sdn/dns/{dns}'), {}),
  { method: 'GET', path: `${PATH}/ipams`, permissions: ANYBODY, parameters: { type: optional(oneOf('netbox', 'phpipam', 'pve')) }, run: ipams },
  { method: 'GET', path: `${PATH}/ipams/{ipam}`, permissions: allocate('/sdn/ipams/{ipam}'), parameters: IPAM_ID, run: ipam },
  { method: 'GET', path: `${PATH}/ipams/{ipam}/status`, permissions: ANYBODY, parameters: IPAM_ID, run: ipamStatus },
  directory(`${PATH}/fabrics`, 'subdir', ['fabric', 'node', 'all'], FABRICS),
  none(`${PATH}/fabrics/all`, VIEW, { fabrics: [], nodes: [] }),
  none(`${PATH}/fabrics/fabric`, VIEW),
  none(`${PATH}/fabrics/node`, VIEW),
  none(`${PATH}/prefix-lists`, { ...VIEW, verbose: FLAG }),
  none(`${PATH}/route-maps`, { running: FLAG }),
];
