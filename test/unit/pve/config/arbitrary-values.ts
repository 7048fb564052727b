import fc from 'fast-check';
import {
  checkValue,
  isAlias,
  parseDiskSize,
  type Property,
  type PropertyFormat,
  type PropertyValue,
  type PropertyValues,
  type ScalarFormatName,
} from '../../../../src/pve/config/index.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}[a-z0-9]$/);
const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6().filter((text) => !text.includes('.'));
const cidr4 = fc.tuple(ipv4, fc.integer({ min: 8, max: 32 })).map(([ip, length]) => `${ip}/${length}`);
const cidr6 = fc.tuple(ipv6, fc.integer({ min: 8, max: 128 })).map(([ip, length]) => `${ip}/${length}`);
const hex = fc.constantFrom(...'0123456789abcdefABCDEF');
const mac = fc.tuple(hex, fc.constantFrom(...'02468aceACE'), fc.array(fc.tuple(hex, hex), { minLength: 5, maxLength: 5 })).map(
  ([a, b, rest]) => `${a}${b}:${rest.map((pair) => pair.join('')).join(':')}`,
);
const volume = fc.tuple(word, fc.stringMatching(/^[a-z0-9][a-zA-Z0-9._/=-]{0,20}$/)).map(([storage, name]) => `${storage}:${name}`);
const path = fc.stringMatching(/^(?:\/[a-zA-Z0-9_-]{1,8}){1,4}$/);
const several = (item: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(';'));

/** Good values of each named format that a property string uses. */
const SCALARS: Partial<Record<ScalarFormatName, fc.Arbitrary<string>>> = {
  CIDR: fc.oneof(cidr4, cidr6),
  CIDRv4: cidr4,
  CIDRv6: cidr6,
  FullRangeCIDR: fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })).map(([ip, length]) => `${ip}/${length}`),
  address: fc.oneof(ipv4, ipv6, word),
  'disk-size': fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.constantFrom('', 'K', 'M', 'G', 'T')).map(([size, unit]) => `${size}${unit}`),
  'dns-name': word,
  ip: fc.oneof(ipv4, ipv6),
  ipv4,
  ipv6,
  'mac-addr': mac,
  'pve-acme-alias': fc.constant('alias.example.com'),
  'pve-acme-domain': fc.constantFrom('example.com', 'a.b.example.org'),
  'pve-acme-domain-list': several(fc.constantFrom('example.com', 'a.b.example.org')),
  'pve-bridge-id': fc.stringMatching(/^vmbr\d{1,3}$/),
  'pve-configid': fc.stringMatching(/^[a-z][a-z0-9_-]{1,9}$/),
  'pve-configid-list': several(fc.stringMatching(/^[a-z][a-z0-9_-]{1,9}$/)),
  'pve-iface': fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/),
  'pve-ipv4-config': fc.oneof(fc.constantFrom('dhcp', 'manual'), cidr4),
  'pve-ipv6-config': fc.oneof(fc.constantFrom('auto', 'dhcp', 'manual'), cidr6),
  'pve-lxc-dev-string': path.map((text) => `/dev${text}`),
  'pve-lxc-mp-string': fc.oneof(path, volume),
  'pve-node': word,
  'pve-phys-bits': fc.oneof(fc.constant('host'), fc.integer({ min: 8, max: 64 }).map(String)),
  'pve-qm-bootdev-list': several(fc.constantFrom('scsi0', 'ide2', 'net0', 'virtio15', 'usb1', 'hostpci3')),
  'pve-storage-id': word,
  'pve-storage-path-in-property-string': path,
  'pve-volume-id': volume,
  'pve-volume-id-or-absolute-path': fc.oneof(volume, path),
  'pve-volume-id-or-qm-path': fc.oneof(fc.constantFrom('none', 'cdrom'), volume, path),
  urlencoded: fc.stringMatching(/^[-a-zA-Z0-9_.!~*'()]{1,20}$/),
};

/** Values Proxmox's checks alone do not narrow down, but a rule over several keys does. */
const NARROWED: Readonly<Record<string, fc.Arbitrary<string>>> = {
  cputype: fc.oneof(fc.constantFrom('host', 'kvm64', 'x86-64-v2-AES', 'EPYC-Rome'), word.map((name) => `custom-${name}`)),
  flags: fc.constantFrom('+aes', '-pcid', '+aes;-spec-ctrl'),
};

const free = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });

function texts(key: string, property: Property): fc.Arbitrary<string> {
  if (property.enum !== undefined) return fc.constantFrom(...property.enum);
  if (key in NARROWED) return NARROWED[key] ?? free;
  if (property.format !== undefined) {
    const found = SCALARS[property.format];
    if (found === undefined) throw new Error(`no values for the format ${property.format} of ${key}`);
    return found;
  }
  return property.pattern === undefined ? free : fc.stringMatching(property.pattern);
}

/** Good values of one key, in their own type. */
export function values(key: string, property: Property): fc.Arbitrary<PropertyValue> {
  const { minimum, maximum } = property;
  if (property.type === 'boolean') return fc.boolean();
  if (property.type === 'integer') {
    const least = Math.max(minimum ?? (property.pattern === undefined ? -1000 : 0), -1e9);
    return fc.integer({ min: least, max: Math.min(maximum ?? 2_000_000_000, 2_000_000_000) });
  }
  if (property.type === 'number') return fc.double({ min: minimum ?? -1e6, max: maximum ?? 1e6, noNaN: true }).map((value) => (value === 0 ? 0 : value));
  const good = texts(key, property).filter((text) => /\S/.test(text) && !text.includes(',') && checkValue(property, text) === undefined);
  if (property.format === 'disk-size') return good.map((text) => parseDiskSize(text) ?? 0);
  return property.separator === undefined ? good : good.map((text) => text.split(';'));
}

/** The keys of a format that are no aliases. */
export function keysOf(format: PropertyFormat): [key: string, property: Property][] {
  return Object.entries(format.keys).filter((entry): entry is [string, Property] => !isAlias(entry[1]));
}

/** Values of some of a format's keys that Proxmox would take together. */
export function recordsOf(format: PropertyFormat): fc.Arbitrary<PropertyValues> {
  const keys = keysOf(format);
  const needed = new Set(keys.flatMap(([key, { required }]) => (required ? [key] : [])));
  const all = fc.record(Object.fromEntries(keys.map(([key, property]) => [key, values(key, property)])));
  return fc.tuple(all, fc.array(fc.constantFrom(...keys.map(([key]) => key)), { maxLength: 6 })).map(([record, some]) => {
    const chosen = new Set([...needed, ...some]);
    for (const [key, { requires }] of keys) if (chosen.has(key) && requires !== undefined) chosen.add(requires);
    return Object.fromEntries(Object.entries(record).filter(([key]) => chosen.has(key)));
  }).filter((record) => Object.keys(record).length > 0 && format.check?.(record) === undefined);
}
