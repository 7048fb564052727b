import { isIPv6 } from 'node:net';
import { failure, parameterError } from '../../api/errors.ts';
import { splitList } from '../../api/formats.ts';

/** One interface as `GET /nodes/{node}/network` has it. */
export type Interface = Record<string, unknown>;
export type Interfaces = Map<string, Interface>;

const PORT_KEYS = ['bridge_ports', 'ovs_ports', 'slaves', 'ovs_bonds'] as const;

export const textOf = (one: Interface, key: string): string | undefined => {
  const value = one[key];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : Array.isArray(value) ? value.join() : undefined;
};

const portsOf = (one: Interface): string[] => PORT_KEYS.flatMap((key) => splitList(textOf(one, key) ?? ''));

/** Throws when another interface has the gateway or one of the ports that `settings` claim (PVE::API2::Network). */
export function checkDuplicates(interfaces: Interfaces, name: string, settings: Interface): void {
  const portKey = PORT_KEYS.find((key) => settings[key]);
  const ports = new Set(portsOf(settings));
  for (const [other, one] of interfaces) {
    if (other === name) continue;
    if (settings['gateway'] && one['gateway']) throw parameterError({ gateway: `Default gateway already exists on interface '${other}'.` });
    if (settings['gateway6'] && one['gateway6']) throw parameterError({ gateway6: `Default ipv6 gateway already exists on interface '${other}'.` });
    const taken = portsOf(one).find((port) => ports.has(port));
    if (taken !== undefined && portKey !== undefined) throw parameterError({ [portKey]: `${taken} is already used on interface '${other}'.` });
  }
}

/** `cidr` becomes `address` and `netmask`. Throws when both forms are given. */
export function splitCidr(settings: Interface): void {
  for (const suffix of ['', '6']) {
    const cidr = textOf(settings, `cidr${suffix}`);
    if (!cidr) continue;
    for (const key of [`address${suffix}`, `netmask${suffix}`]) {
      if (settings[key] !== undefined) throw parameterError({ [key]: `${key} conflicts with cidr${suffix}` });
    }
    const slash = cidr.lastIndexOf('/');
    settings[`address${suffix}`] = cidr.slice(0, slash);
    settings[`netmask${suffix}`] = cidr.slice(slash + 1);
    delete settings[`cidr${suffix}`];
  }
  const address6 = textOf(settings, 'address6');
  if (address6 !== undefined && !isIPv6(address6)) throw parameterError({ address: `${address6} is not a valid host IPv6 address.` });
  if (address6 !== undefined && /^(?:ff|::1?$)/i.test(address6)) throw parameterError({ address: `${address6} with type '${address6 === '::1' ? 'LOOPBACK' : address6 === '::' ? 'UNSPECIFIED' : 'MULTICAST'}', cannot be used as host IPv6 address.` });
}

/** Prefix length of a netmask in either form. */
function prefixOf(netmask: string): string {
  if (/^\d+$/.test(netmask)) return netmask;
  const bits = netmask.split('.').map((part) => Number(part).toString(2).replaceAll('0', '').length);
  return String(bits.reduce((sum, each) => sum + each, 0));
}

/** What the configuration file would give back after a write: defaults filled in, derived members set. */
export function settle(interfaces: Interfaces): void {
  for (const [name, one] of interfaces) {
    const vlan = /^(\S+)\.(\d+)$/.exec(name);
    if (one['type'] === 'vlan') {
      one['vlan-raw-device'] ??= vlan?.[1];
      one['vlan-id'] ??= vlan?.[2] ?? /^vlan(\d+)$/.exec(name)?.[1];
      const raw = interfaces.get(textOf(one, 'vlan-raw-device') ?? '');
      if (raw?.['exists'] !== undefined) one['exists'] = raw['exists'];
    }
    if (one['type'] === 'bridge') {
      one['bridge_ports'] = splitList(textOf(one, 'bridge_ports') ?? '').sort().join(' ');
      one['bridge_stp'] ??= 'off';
      one['bridge_fd'] ??= '0';
      if (one['bridge_vlan_aware']) one['bridge_vids'] ??= '2-4094';
      else delete one['bridge_vids'];
    }
    if (one['type'] === 'bond') {
      one['slaves'] = splitList(textOf(one, 'slaves') ?? '').sort().join(' ');
      one['bond_miimon'] ??= '100';
      one['bond_mode'] ??= 'balance-rr';
    }
    for (const suffix of ['', '6']) {
      const address = textOf(one, `address${suffix}`);
      delete one[`cidr${suffix}`];
      if (address === undefined) continue;
      const netmask = prefixOf(textOf(one, `netmask${suffix}`) ?? (suffix === '' ? '32' : '128'));
      one[`netmask${suffix}`] = netmask;
      one[`cidr${suffix}`] = `${address}/${netmask}`;
    }
    for (const key of ['comments', 'comments6']) {
      const comments = textOf(one, key);
      if (comments) one[key] = comments.endsWith('\n') ? comments : `${comments}\n`;
      else delete one[key];
    }
    for (const key of ['autostart', 'bridge_vlan_aware']) if (!one[key]) delete one[key];
  }
}

function checkMtu(interfaces: Interfaces, parent: string, child: string): void {
  const above = interfaces.get(parent) ?? {};
  const mtu = Number(textOf(interfaces.get(child) ?? {}, 'mtu'));
  if (!mtu) return;
  const limit = Number(textOf(above, 'mtu')) || (above['type'] === 'bond' ? mtu : 1500);
  if (limit < mtu) throw failure(`interface '${parent}' - mtu ${limit} is lower than '${child}' - mtu ${mtu}`);
}

/** The checks that PVE::Network::Interfaces makes when it writes the file. Throws 500 with its texts. */
export function checkWhole(interfaces: Interfaces): void {
  for (const [name, one] of interfaces) {
    const type = one['type'];
    if (type === 'bond') checkBond(interfaces, name, one);
    else if (type === 'vlan') checkVlan(interfaces, name, one);
    else if (type === 'bridge') checkBridge(interfaces, name, one);
  }
}

function checkBond(interfaces: Interfaces, name: string, bond: Interface): void {
  const slaves = splitList(textOf(bond, 'slaves') ?? '');
  for (const slave of slaves) {
    const one = interfaces.get(slave);
    if (one === undefined) throw failure(`bond '${name}' - unable to find slave '${slave}'`);
    if (one['type'] !== 'eth' && one['type'] !== 'bond') throw failure(`bond '${name}' - wrong interface type on slave '${slave}' ('${String(one['type'])}' != 'eth or bond')`);
    checkMtu(interfaces, name, slave);
  }
  const primary = textOf(bond, 'bond-primary');
  if (slaves.length > 0 && primary !== undefined && !slaves.includes(primary)) throw failure(`bond '${name}' - bond-primary interface is not a slave`);
}

function checkVlan(interfaces: Interfaces, name: string, vlan: Interface): void {
  const dotted = /^(\S+)\.(\d+)$/.exec(name);
  const parent = dotted?.[1] ?? textOf(vlan, 'vlan-raw-device');
  if (!parent) throw failure('missing vlan-raw-device option');
  const tag = dotted?.[2] ?? /^vlan(\d+)$/.exec(name)?.[1] ?? textOf(vlan, 'vlan-id');
  if (!tag) throw failure('missing vlan-id option');
  if (Number(tag) > 4094) throw failure(`vlan '${name}' - vlan-id ${tag} should be <= 4094`);
  const type = textOf(interfaces.get(parent) ?? {}, 'type');
  if (type === undefined) throw failure(`vlan '${name}' - unable to find parent '${parent}'`);
  if (!['eth', 'bridge', 'bond', 'vlan'].includes(type)) throw failure(`vlan '${name}' - wrong interface type on parent '${parent}' ('${type}' != 'eth|bond|bridge|vlan' )`);
  checkMtu(interfaces, parent, name);
}

function checkBridge(interfaces: Interfaces, name: string, bridge: Interface): void {
  for (const port of splitList(textOf(bridge, 'bridge_ports') ?? '')) {
    const one = interfaces.get(port);
    // A port like eno1.20 is made with the bridge.
    if (one === undefined && interfaces.has(port.replace(/\.\d+$/, '')) && /\.\d+$/.test(port)) continue;
    if (one === undefined) throw failure(`bridge '${name}' - unable to find bridge port '${port}'`);
    if (one['method'] === 'static' || one['method6'] === 'static') throw failure(`iface ${port} - ip address can't be set on interface if bridged in ${name}`);
    checkMtu(interfaces, port, name);
  }
}
