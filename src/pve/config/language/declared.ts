import { isAlias, type Property, type PropertyFormat } from '../formats/format.ts';
import type { ConfigKind } from '../option-check.ts';
import { LXC_OPTIONS } from '../tables/lxc.ts';
import type { Option, OptionTable } from '../tables/option.ts';
import { QEMU_OPTIONS } from '../tables/qemu.ts';

export function tableOf(kind: ConfigKind): OptionTable {
  return kind === 'qemu' ? QEMU_OPTIONS : LXC_OPTIONS;
}

/** `net[n]` for `net3`; the name itself for an option that stands alone. */
export function familyOf(kind: ConfigKind, key: string): string {
  const table = tableOf(kind);
  if (Object.hasOwn(table, key)) return key;
  const family = `${key.replace(/\d+$/, '')}[n]`;
  return Object.hasOwn(table, family) ? family : key;
}

/** The keys of a property string that have a meaning of their own, without the other names of them. */
export function ownKeys(format: PropertyFormat): [name: string, property: Property][] {
  return Object.entries(format.keys).flatMap(([name, key]) => (isAlias(key) ? [] : [[name, key] as [string, Property]]));
}

/** The property behind a key or another name of it. */
export function propertyOf(format: PropertyFormat, name: string): Property | undefined {
  const key = Object.hasOwn(format.keys, name) ? format.keys[name] : undefined;
  return key !== undefined && isAlias(key) ? propertyOf(format, key.alias) : key;
}

/** What may stand there, for people: `integer from 1 to 8192`, `one of: seabios, ovmf`. */
export function describeType({ type, enum: values, minimum, maximum, format, pattern, maxLength }: Property | Option): string {
  if (values !== undefined) return `one of: ${values.map((value) => `\`${value}\``).join(', ')}`;
  if (type === 'boolean') return '`0` or `1`';
  if (type !== 'string') {
    const range = minimum !== undefined && maximum !== undefined ? ` from ${minimum} to ${maximum}` : minimum !== undefined ? `, at least ${minimum}` : maximum !== undefined ? `, at most ${maximum}` : '';
    return `${type}${range}`;
  }
  const length = maxLength === undefined ? '' : `, at most ${maxLength} characters`;
  if (format !== undefined) return `${FORMATS[format] ?? `text in the format \`${format}\``}${length}`;
  return `text${pattern === undefined ? '' : ` that matches \`${pattern.source}\``}${length}`;
}

const FORMATS: Readonly<Record<string, string>> = {
  'disk-size': 'a size such as `32G` or `512M`',
  'dns-name': 'a DNS name',
  'dns-name-list': 'DNS names',
  'address-list': 'addresses',
  'lxc-ip-with-ll-iface-list': 'IP addresses',
  'mac-addr': 'a unicast MAC address',
  'pve-bridge-id': 'the name of a bridge',
  'pve-storage-id': 'the name of a storage',
  'pve-volume-id': 'a volume, `<storage>:<volume>`',
  'pve-volume-id-or-qm-path': 'a volume (`<storage>:<volume>`), a new one (`<storage>:<GiB>`), an absolute path, `none` or `cdrom`',
  'pve-volume-id-or-absolute-path': 'a volume or an absolute path',
  'pve-lxc-mp-string': 'a volume (`<storage>:<volume>`), a new one (`<storage>:<GiB>`) or an absolute path without `..`',
  'pve-tag-list': 'tags separated by `;`',
  'pve-cpuset': 'CPU numbers such as `0-3,8`',
  'pve-ipv4-config': 'an IPv4 address with its prefix length (`192.0.2.10/24`), `dhcp` or `manual`',
  'pve-ipv6-config': 'an IPv6 address with its prefix length, `auto`, `dhcp` or `manual`',
  'pve-hotplug-features': '`network`, `disk`, `cpu`, `memory`, `usb`, `cloudinit` separated by commas, or `0` or `1`',
  'pve-qm-bootdev-list': 'devices separated by `;`, the first one first',
  'pve-ct-timezone': 'a time zone such as `Europe/Vienna`, or `host`',
  urlencoded: 'URL-encoded text',
  ip: 'an IP address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  CIDR: 'a network such as `192.0.2.0/24`',
};
