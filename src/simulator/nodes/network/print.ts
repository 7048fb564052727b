import { createTwoFilesPatch } from 'diff';
import { splitList } from '../../api/formats.ts';
import type { Interface, Interfaces } from './interfaces.ts';
import { textOf } from './interfaces.ts';

/** Members that are not printed as options of their own. */
const NOT_PRINTED = new Set(['iface', 'type', 'priority', 'method', 'method6', 'active', 'exists', 'families', 'comments', 'comments6', 'autostart', 'options', 'options6', 'address', 'netmask', 'gateway', 'cidr', 'address6', 'netmask6', 'gateway6', 'cidr6', 'altnames']);
const OWN_NAME: Readonly<Record<string, string>> = {
  bridge_ports: 'bridge-ports', bridge_stp: 'bridge-stp', bridge_fd: 'bridge-fd', bridge_vids: 'bridge-vids', slaves: 'bond-slaves', bond_miimon: 'bond-miimon', bond_mode: 'bond-mode',
  bond_xmit_hash_policy: 'bond-xmit-hash-policy',
};

function optionsOf(one: Interface): string[] {
  const lines: string[] = [];
  for (const key of Object.keys(one)) {
    const value = textOf(one, key);
    if (NOT_PRINTED.has(key) || value === undefined) continue;
    if (key === 'bridge_vlan_aware') lines.push('bridge-vlan-aware yes');
    else if (key === 'bridge_ports' || key === 'slaves') lines.push(`${OWN_NAME[key] ?? key} ${splitList(value).join(' ') || 'none'}`);
    else if (value !== '' && !((key === 'vlan-id' || key === 'vlan-raw-device') && /\.\d+$/.test(String(one['iface'])))) lines.push(`${OWN_NAME[key] ?? key} ${value}`);
  }
  return lines;
}

function stanza(name: string, one: Interface, suffix: '' | '6', first: boolean): string {
  const lines = [`iface ${name} inet${suffix} ${textOf(one, `method${suffix}`) ?? 'manual'}`];
  const address = textOf(one, `address${suffix}`);
  if (address !== undefined) lines.push(`\taddress ${address}/${textOf(one, `netmask${suffix}`) ?? ''}`);
  const gateway = textOf(one, `gateway${suffix}`);
  if (gateway !== undefined) lines.push(`\tgateway ${gateway}`);
  if (first) lines.push(...optionsOf(one).map((line) => `\t${line}`));
  const comments = textOf(one, `comments${suffix}`)?.trimEnd();
  if (comments) lines.push(...comments.split('\n').map((line) => `#${line}`));
  return `${lines.join('\n')}\n`;
}

/** The file `/etc/network/interfaces` that says this. */
export function printInterfaces(interfaces: Interfaces): string {
  const blocks = ['auto lo\niface lo inet loopback\n'];
  for (const [name, one] of [...interfaces].sort(([, a], [, b]) => Number(a['priority'] ?? 99) - Number(b['priority'] ?? 99))) {
    const families = Array.isArray(one['families']) ? (one['families'] as string[]) : ['inet'];
    const auto = one['autostart'] ? `auto ${name}\n` : '';
    blocks.push(auto + families.map((family, i) => stanza(name, one, family === 'inet6' ? '6' : '', i === 0)).join(''));
  }
  return `${blocks.join('\n')}\n`;
}

/** What `diff -u` of the file and its successor prints; undefined when they say the same. */
export function changesBetween(current: Interfaces, pending: Interfaces, now: number): string | undefined {
  const [before, after] = [printInterfaces(current), printInterfaces(pending)];
  if (before === after) return undefined;
  const time = new Date(now).toISOString().replace('T', ' ').replace('Z', '000000 +0000');
  const patch = createTwoFilesPatch('/etc/network/interfaces', '/etc/network/interfaces.new', before, after, time, time, { context: 3 });
  return patch.replace(/^=+\n/, '');
}
