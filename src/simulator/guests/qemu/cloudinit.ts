import { createHash } from 'node:crypto';
import { oneOf } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import type { Options } from '../../../pve/config/index.ts';
import { QEMU } from '../kind.ts';
import { checkLock, guestOf } from '../lookup.ts';
import { wireOptions } from '../options.ts';
import { NODE_AND_VMID, text } from '../parameters.ts';
import { networkProperties } from './network.ts';


/** A password as the VM's configuration keeps it: a SHA-256 crypt hash; one that is hashed already stays. */
export function encryptPassword(cluster: Cluster, password: string): string {
  if (/^\$(?:[156]|2[ay])(\$.+){2}/.test(password)) return password;
  const salt = Math.floor(cluster.random() * 2 ** 40).toString(36).padStart(8, '0').slice(0, 8);
  const hash = createHash('sha256').update(salt).update(password).digest('base64').replaceAll('+', '.').replaceAll('=', '').slice(0, 43);
  return `$5$${salt}$${hash}`;
}

const OPTIONS = ['cicustom', 'cipassword', 'citype', 'ciuser', 'ciupgrade', 'nameserver', 'searchdomain', 'sshkeys'];

/** `GET …/cloudinit`: what the drive was generated with against what the configuration says now. */
function changes(guest: Guest): Record<string, unknown>[] {
  const { cloudinit } = guest.config;
  const current = masked(wireOptions('qemu', guest.config.current));
  const recorded = masked(Object.fromEntries(cloudinit));
  const added = (cloudinit.get('added') ?? '').split(',').filter((name) => name !== '');
  const rows: Record<string, unknown>[] = added.map((key) => ({ key, pending: current[key] }));
  for (const key of OPTIONS) {
    const value = current[key];
    if (!value || added.includes(key)) continue;
    rows.push(recorded[key] === undefined ? { key, value } : { key, value: recorded[key], pending: value });
  }
  for (const key of cloudinit.keys()) {
    if (key !== 'added' && !current[key]) rows.push({ key, delete: 1 });
  }
  return rows;
}

function masked(options: Record<string, unknown>): Record<string, unknown> {
  return 'cipassword' in options ? { ...options, cipassword: '**********' } : options;
}

function format(options: Options): string {
  return options.get('citype') ?? (/^w/.test(options.get('ostype') ?? '') ? 'configdrive2' : 'nocloud');
}

/** URL-decoded; what is not encoded properly (an edited file) stays as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The `#cloud-config` user data that the drive carries. */
export function userData(guest: Guest, maskPassword: boolean): string {
  const { current } = guest.config;
  const name = current.get('name') ?? `VM${guest.vmid}`;
  const host = name.split('.')[0] ?? name;
  const search = current.get('searchdomain');
  const fqdn = name.includes('.') || search === undefined || search === '' ? name : `${name}.${search}`;
  const user = current.get('ciuser');
  const password = current.get('cipassword');
  const keys = decoded(current.get('sshkeys') ?? '').split('\n').filter((key) => /\S/.test(key));
  return [
    '#cloud-config',
    `hostname: ${host}`,
    'manage_etc_hosts: true',
    `fqdn: ${fqdn}`,
    ...(user === undefined ? [] : [`user: ${user}`]),
    ...(user === 'root' ? ['disable_root: False'] : []),
    ...(password === undefined ? [] : [`password: ${maskPassword ? '**********' : password}`]),
    ...(current.has('sshkeys') ? ['ssh_authorized_keys:', ...keys.map((key) => `  - ${key}`)] : []),
    'chpasswd:',
    '  expire: False',
    ...(user === 'root' ? [] : ['users:', '  - default']),
    ...(/^(?:0|off|no|false)$/i.test(current.get('ciupgrade') ?? '1') ? [] : ['package_upgrade: true']),
    '',
  ].join('\n');
}

interface Card {
  readonly id: string;
  readonly mac: string;
  readonly ip: ReadonlyMap<string, string>;
}

function cards(options: Options): Card[] {
  return [...options]
    .filter(([option]) => /^net\d+$/.test(option) && options.has(`ipconfig${option.slice(3)}`))
    .map(([option, value]) => {
      const id = option.slice(3);
      const ip = new Map((options.get(`ipconfig${id}`) ?? '').split(',').map((part) => part.split('=') as [string, string]));
      return { id, mac: (networkProperties(value).get('macaddr') ?? '').toLowerCase(), ip };
    });
}

function netmask(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

function resolver(cluster: Cluster, guest: Guest): { readonly servers: string[]; readonly domains: string[] } {
  const dns = cluster.nodes.get(guest.node)?.dns;
  const words = (value: string): string[] => value.split(/\s+/).filter((word) => word !== '');
  const { current } = guest.config;
  return {
    servers: words(current.get('nameserver') ?? [dns?.dns1, dns?.dns2, dns?.dns3].filter((server) => server !== undefined).join(' ')),
    domains: words(current.get('searchdomain') ?? dns?.search ?? ''),
  };
}

/** The network configuration in cloud-init's version 1 form (`nocloud`). */
function networkConfig(cluster: Cluster, guest: Guest): string {
  const lines = ['version: 1', 'config:'];
  for (const { id, mac, ip } of cards(guest.config.current)) {
    lines.push('    - type: physical', `      name: eth${id}`, `      mac_address: '${mac}'`, '      subnets:');
    const ip4 = ip.get('ip');
    if (ip4 === 'dhcp') lines.push('      - type: dhcp4');
    else if (ip4 !== undefined) {
      const [address = '', prefix = '32'] = ip4.split('/');
      lines.push('      - type: static', `        address: '${address}'`, `        netmask: '${netmask(Number(prefix))}'`);
      if (ip.has('gw')) lines.push(`        gateway: '${ip.get('gw') ?? ''}'`);
    }
    const ip6 = ip.get('ip6');
    if (ip6 === 'dhcp') lines.push('      - type: dhcp6');
    else if (ip6 === 'auto') lines.push('      - type: ipv6_slaac');
    else if (ip6 !== undefined) {
      lines.push('      - type: static6', `        address: '${ip6}'`);
      if (ip.has('gw6')) lines.push(`        gateway: '${ip.get('gw6') ?? ''}'`);
    }
  }
  const { servers, domains } = resolver(cluster, guest);
  lines.push('    - type: nameserver');
  if (servers.length > 0) lines.push('      address:', ...servers.map((server) => `      - '${server}'`));
  if (domains.length > 0) lines.push('      search:', ...domains.map((domain) => `      - '${domain}'`));
  return `${lines.join('\n')}\n`;
}

/** The network configuration as `/etc/network/interfaces` (`configdrive2`, `opennebula`). */
function interfacesFile(cluster: Cluster, guest: Guest): string {
  const lines = ['auto lo', 'iface lo inet loopback', ''];
  const { servers, domains } = resolver(cluster, guest);
  if (servers.length > 0) lines.push(`        dns_nameservers ${servers.join(' ')}`);
  if (domains.length > 0) lines.push(`        dns_search ${domains.join(' ')}`);
  for (const { id, ip } of cards(guest.config.current)) {
    lines.push(`auto eth${id}`);
    for (const [key, family, gateway] of [['ip', 'inet', 'gw'], ['ip6', 'inet6', 'gw6']] as const) {
      const address = ip.get(key);
      if (address === undefined) continue;
      if (/^(?:dhcp|auto)$/.test(address)) {
        lines.push(`iface eth${id} ${family} ${address}`);
        continue;
      }
      const [host = '', prefix = ''] = address.split('/');
      lines.push(`iface eth${id} ${family} static`, `        address ${host}`, `        netmask ${key === 'ip' ? netmask(Number(prefix)) : prefix}`);
      if (ip.has(gateway)) lines.push(`        gateway ${ip.get(gateway) ?? ''}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function dump(call: Call): string {
  const guest = guestOf(call, QEMU);
  const kind = text(call, 'type');
  const network = format(guest.config.current) === 'nocloud' ? networkConfig(call.cluster, guest) : interfacesFile(call.cluster, guest);
  if (kind === 'user') return userData(guest, !call.may(`/vms/${guest.vmid}`, ['VM.Config.Cloudinit']));
  if (kind === 'network') return network;
  const id = createHash('sha1').update(userData(guest, false)).update(network).digest('hex');
  return format(guest.config.current) === 'nocloud' ? `instance-id: ${id}\n` : `${JSON.stringify({ uuid: id, network_config: { content_path: '/content/0000' } }, null, 5)}\n`;
}

export const cloudinitRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/cloudinit',
    permissions: { check: ['perm', '/vms/{vmid}', ['VM.Audit']] },
    parameters: NODE_AND_VMID,
    run: (call) => changes(guestOf(call, QEMU)),
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/qemu/{vmid}/cloudinit',
    permissions: { check: ['perm', '/vms/{vmid}', ['VM.Config.Cloudinit']] },
    parameters: NODE_AND_VMID,
    run: (call) => {
      const guest = guestOf(call, QEMU);
      checkLock(QEMU, guest);
      guest.config.cloudinit.clear();
      return null;
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/cloudinit/dump',
    permissions: { check: ['perm', '/vms/{vmid}', ['VM.Audit']] },
    parameters: { ...NODE_AND_VMID, type: oneOf('user', 'network', 'meta') },
    run: dump,
  },
];
