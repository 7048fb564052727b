import { Enveloped } from '../../api/enveloped.ts';
import { failure, parameterError } from '../../api/errors.ts';
import { splitList } from '../../api/formats.ts';
import { boolean, integer, oneOf, optional, string } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Node } from '../../state/cluster.ts';
import { ALL, AUDIT, MODIFY, NODE, nodeOf, text, userOf } from '../parameters.ts';
import { checkDuplicates, checkWhole, settle, splitCidr, textOf } from './interfaces.ts';
import type { Interface, Interfaces } from './interfaces.ts';
import { changesBetween } from './print.ts';

const TYPES = ['bridge', 'bond', 'eth', 'alias', 'vlan', 'fabric', 'OVSBridge', 'OVSBond', 'OVSPort', 'OVSIntPort', 'vnet'];
const NAME = string({ format: 'pve-iface', minLength: 2, maxLength: 20 });
const INTERFACE = optional(string({ format: 'pve-iface' }));
const INTERFACES = optional(string({ format: 'pve-iface-list' }));
const TAG = optional(integer({ minimum: 1, maximum: 4094 }));

const SETTINGS: Parameters = {
  type: oneOf(...TYPES, 'unknown'), comments: optional(string()), comments6: optional(string()), autostart: optional(boolean()),
  bridge_vlan_aware: optional(boolean()), bridge_vids: optional(string({ format: 'pve-vlan-id-or-range-list' })), bridge_ports: INTERFACES,
  ovs_ports: INTERFACES, ovs_tag: TAG, ovs_options: optional(string({ maxLength: 1024 })), ovs_bridge: INTERFACE, ovs_bonds: INTERFACES,
  slaves: INTERFACES, bond_mode: optional(oneOf('balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb', 'balance-slb', 'lacp-balance-slb', 'lacp-balance-tcp')),
  'bond-primary': INTERFACE, bond_xmit_hash_policy: optional(oneOf('layer2', 'layer2+3', 'layer3+4')), 'vlan-raw-device': INTERFACE, 'vlan-id': TAG,
  gateway: optional(string({ format: 'ipv4' })), netmask: optional(string({ format: 'ipv4mask' })), address: optional(string({ format: 'ipv4' })), cidr: optional(string({ format: 'CIDRv4' })),
  mtu: optional(integer({ minimum: 1280, maximum: 65_520 })),
  gateway6: optional(string({ format: 'ipv6' })), netmask6: optional(integer({ minimum: 0, maximum: 128 })), address6: optional(string({ format: 'ipv6' })), cidr6: optional(string({ format: 'CIDRv6' })),
};

/** What the next `apply` brings into force; the interfaces in force when nothing waits. */
const upcoming = (node: Node): Interfaces => node.pendingNetwork ?? node.network;

/** Works on a copy of the interfaces and makes it the pending configuration when all is well with it. */
function change(call: Call, edit: (interfaces: Interfaces) => void): void {
  const node = nodeOf(call);
  const interfaces: Interfaces = new Map([...upcoming(node)].map(([name, one]) => [name, { ...one }]));
  edit(interfaces);
  settle(interfaces);
  checkWhole(interfaces);
  node.pendingNetwork = interfaces;
}

/** The parameters as the file gives them back: text, but for flags. */
function settingsOf(call: Call): Interface {
  const settings: Interface = {};
  for (const name of Object.keys(SETTINGS)) {
    const value = call.parameters[name];
    if (value === undefined) continue;
    settings[name] = typeof value === 'boolean' ? (value ? 1 : 0) : String(value);
  }
  // Conditions that `requires` states in the API's schema.
  for (const [name, needs] of [['address', 'netmask'], ['netmask', 'address'], ['address6', 'netmask6'], ['netmask6', 'address6']] as const) {
    if (settings[name] !== undefined && settings[needs] === undefined) throw parameterError({ [needs]: `missing property - '${name}' requires this property` });
  }
  return settings;
}

function bringInOrder(settings: Interface, families: string[]): void {
  if (settings['bridge_vids'] !== undefined) {
    const vids = splitList(textOf(settings, 'bridge_vids') ?? '');
    if (vids.length === 0) throw parameterError({ bridge_vids: 'VLAN list items are empty' });
    settings['bridge_vids'] = vids.join(' ');
  }
  settings['families'] = families.length === 0 ? ['inet'] : families;
  settings['method'] = settings['address'] ? 'static' : 'manual';
  settings['method6'] = settings['address6'] ? 'static' : 'manual';
}

const familiesOf = (settings: Interface): string[] => [...(settings['address'] ? ['inet'] : []), ...(settings['address6'] ? ['inet6'] : [])];

function create(call: Call): void {
  const iface = String(call.parameters['iface']);
  const settings = settingsOf(call);
  change(call, (interfaces) => {
    if (interfaces.has(iface)) throw parameterError({ iface: 'interface already exists' });
    checkDuplicates(interfaces, iface, settings);
    splitCidr(settings);
    bringInOrder(settings, familiesOf(settings));
    if (String(settings['type']).startsWith('OVS')) throw failure("Open VSwitch is not installed (need package 'openvswitch-switch')");
    const priority = Math.max(2, ...[...interfaces.values()].map((one) => Number(one['priority'] ?? 2))) + 1;
    interfaces.set(iface, { iface, priority, ...settings });
  });
}

function update(call: Call): void {
  const iface = String(call.parameters['iface']);
  const settings = settingsOf(call);
  change(call, (interfaces) => {
    const one = interfaces.get(iface);
    if (one === undefined) throw parameterError({ iface: 'interface does not exist' });
    for (const key of splitList(text(call, 'delete') ?? '')) {
      delete one[key];
      const suffix = key === 'cidr' ? '' : key === 'cidr6' ? '6' : undefined;
      if (suffix === undefined) continue;
      delete one[`address${suffix}`];
      delete one[`netmask${suffix}`];
    }
    splitCidr(settings);
    checkDuplicates(interfaces, iface, settings);
    bringInOrder(settings, familiesOf(settings));
    Object.assign(one, settings);
  });
}

function remove(call: Call): void {
  const iface = String(call.parameters['iface']);
  change(call, (interfaces) => {
    const one = interfaces.get(iface);
    if (one === undefined) throw parameterError({ iface: 'interface does not exist' });
    // A port of the machine stays, unconfigured.
    if (one['type'] === 'eth' && one['exists']) interfaces.set(iface, { iface, type: 'eth', exists: 1, method: 'manual', method6: 'manual', families: ['inet'], priority: one['priority'], ...(one['altnames'] === undefined ? {} : { altnames: one['altnames'] }) });
    else interfaces.delete(iface);
  });
}

function list(call: Call): unknown {
  const node = nodeOf(call);
  const filter = text(call, 'type');
  const mayUse = (bridge: string): boolean => call.may(`/sdn/zones/localnetwork/${bridge}`, ['SDN.Audit', 'SDN.Use'], true);
  const found = [...upcoming(node).values()].filter((one) => {
    const bridge = one['type'] === 'bridge' || one['type'] === 'OVSBridge';
    if (bridge && !mayUse(String(one['iface']))) return false;
    if (filter === undefined || filter === 'include_sdn') return true;
    return filter === one['type'] || (bridge && (filter === 'any_bridge' || filter === 'any_local_bridge'));
  });
  const changes = node.pendingNetwork === undefined ? undefined : changesBetween(node.network, node.pendingNetwork, call.cluster.clock.now());
  return changes === undefined ? found : new Enveloped(found, { changes });
}

/** Interfaces come up as the new file says; ports without a cable stay down. */
function apply(node: Node): void {
  const pending = node.pendingNetwork;
  delete node.pendingNetwork;
  if (pending === undefined) return;
  const down = new Set([...node.network.values()].filter((one) => one['type'] === 'eth' && !one['active']).map((one) => String(one['iface'])));
  node.network.clear();
  for (const [name, one] of pending) {
    const up = !down.has(name) && (one['autostart'] || one['active'] || one['type'] === 'eth');
    node.network.set(name, up ? { ...one, active: 1 } : one);
  }
}

function read(call: Call): Interface {
  const one = upcoming(nodeOf(call)).get(String(call.parameters['iface']));
  if (one === undefined) throw parameterError({ iface: 'interface does not exist' });
  return Object.fromEntries(Object.entries(one).filter(([key]) => key !== 'iface' && textOf(one, key) !== undefined));
}

const ROOT = '/nodes/{node}/network';
const ONE = `${ROOT}/{iface}`;

export const networkRoutes: readonly Route[] = [
  { method: 'GET', path: ROOT, permissions: ALL, parameters: { ...NODE, type: optional(oneOf(...TYPES, 'any_bridge', 'any_local_bridge', 'include_sdn')) }, run: list },
  { method: 'POST', path: ROOT, permissions: MODIFY, parameters: { ...NODE, iface: NAME, ...SETTINGS }, run: create },
  { method: 'DELETE', path: ROOT, permissions: MODIFY, parameters: NODE, run: (call) => void delete nodeOf(call).pendingNetwork },
  {
    method: 'PUT', path: ROOT, permissions: MODIFY, parameters: { ...NODE, 'regenerate-frr': optional(boolean()) },
    run: (call) => {
      const node = nodeOf(call);
      return call.cluster.tasks.start({ node: node.name, type: 'srvreload', id: 'networking', user: userOf(call), duration: 1800, finish: () => apply(node) });
    },
  },
  { method: 'GET', path: ONE, permissions: AUDIT, parameters: { ...NODE, iface: NAME }, run: read },
  { method: 'PUT', path: ONE, permissions: MODIFY, parameters: { ...NODE, iface: NAME, ...SETTINGS, delete: optional(string({ format: 'pve-configid-list' })) }, run: update },
  { method: 'DELETE', path: ONE, permissions: MODIFY, parameters: { ...NODE, iface: NAME }, run: remove },
];
