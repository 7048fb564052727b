import { parseDiskSize } from '../disk-size.ts';
import { isCidr, isCidr4, isCidr6, isDnsName, isFullRangeCidr, isIP, isIPv4, isIPv6, isMacAddress } from './addresses.ts';

/** Returns what is wrong with a value, in Proxmox's words, or undefined. */
export type Check = (value: string) => string | undefined;

const when = (good: (value: string) => boolean, message: string | ((value: string) => string)): Check =>
  (value) => (good(value) ? undefined : typeof message === 'string' ? message : message(value));

const matching = (pattern: RegExp, message: string | ((value: string) => string)): Check => when((value) => pattern.test(value), message);

/** Items are separated by commas, semicolons, white space or NUL (PVE::Tools::split_list). */
export function splitList(list: string): string[] {
  return (list.includes('\0') ? list.split('\0') : list.split(/[,;\s]+/)).filter((item) => item !== '');
}

/** Empty lists are allowed. */
const listOf = (check: Check): Check => (value) => {
  for (const item of splitList(value)) {
    const message = check(item);
    if (message !== undefined) return message;
  }
  return undefined;
};

/** An identifier of at least two characters (PVE::JSONSchema::parse_id). */
const identifier = (kind: string): Check => (value) => {
  if (value.length < 2) return `${kind} ID '${value}' cannot be shorter than 2 characters`;
  return /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(value) ? undefined : `${kind} ID '${value}' contains illegal characters`;
};

const volumeId = matching(/^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/i, (value) => `unable to parse volume ID '${value}'`);
const volumeIdOrPath: Check = (value) => (value.startsWith('/') ? undefined : volumeId(value));
const address = when((value) => isIP(value) || isDnsName(value), (value) => `value does not look like a valid address: ${value}`);
const dnsName = when(isDnsName, 'value does not look like a valid DNS name');
const configId = matching(/^[a-z][a-z0-9_-]+$/i, (value) => `invalid configuration ID '${value}'`);
const acmeDomain = matching(/^[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)+$/i, (value) => `value '${value}' does not look like a valid domain name!`);
const linkLocal = /^(fe80:[^%]+)%(.*)$/;
const iface = matching(/^[a-z][a-z0-9_]{1,20}(?:[:.]\d+)?$/i, (value) => `invalid network interface name '${value}'`);

const BOOT_DEVICES: Readonly<Record<string, number>> = { ide: 4, scsi: 31, virtio: 16, sata: 6, net: 32, usb: 15, hostpci: 16 };
const BOOT_DISKS = new Set(['ide', 'scsi', 'virtio', 'sata', 'efidisk', 'tpmstate']);

/** Whether it is one of the family's devices: `scsi30`, but neither `scsi31` nor `scsi07`. */
function isDevice(value: string, isFamily: (base: string) => boolean): boolean {
  const match = /^([a-z]+)(0|[1-9]\d*)$/.exec(value);
  const [, base = '', index = ''] = match ?? [];
  return match !== null && isFamily(base) && Number(index) < (BOOT_DEVICES[base] ?? 1);
}

const CPU_RANGE = /^\s*(\d+)(?:-(\d+))?\s*$/;

function isCpuSet(value: string): boolean {
  return value.split(',').every((part) => {
    const match = CPU_RANGE.exec(part);
    return match !== null && (match[2] === undefined || Number(match[1]) <= Number(match[2]));
  });
}

/** The node's own database of zones decides in Proxmox; here the one of the JavaScript engine. */
function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const hotplugFeatures: Check = (value) => {
  if (value === '0' || value === '1') return undefined;
  const wrong = splitList(value).find((feature) => !/^(?:network|disk|cpu|memory|usb|cloudinit)$/.test(feature));
  return wrong === undefined ? undefined : `invalid hotplug feature '${wrong}'`;
};

/** The named formats of single values that options and property strings use, as PVE::JSONSchema and the products register them. */
const CHECKS = {
  CIDR: when(isCidr, 'value does not look like a valid CIDR network'),
  CIDRv4: when(isCidr4, 'value does not look like a valid IPv4 CIDR network'),
  CIDRv6: when(isCidr6, 'value does not look like a valid IPv6 CIDR network'),
  FullRangeCIDR: when(isFullRangeCidr, 'value does not look like a valid CIDR network'),
  address,
  'address-list': listOf(address),
  'disk-size': when((value) => parseDiskSize(value) !== undefined, (value) => `value does not look like a valid disk size: ${value}`),
  'dns-name': dnsName,
  'dns-name-list': listOf(dnsName),
  'email-opt': when((value) => value === '' || /^[^@\s]+@[^@\s]+$/.test(value), 'value does not look like a valid email address'),
  ip: when(isIP, 'value does not look like a valid IP address'),
  ipv4: when(isIPv4, 'value does not look like a valid IPv4 address'),
  ipv6: when(isIPv6, 'value does not look like a valid IPv6 address'),
  'lxc-ip-with-ll-iface-list': listOf((value) => {
    const [, ip = value, zone] = linkLocal.exec(value) ?? [];
    return isIP(ip) && (zone === undefined || iface(zone) === undefined) ? undefined : 'value does not look like a valid IP address';
  }),
  'mac-addr': when(isMacAddress, 'value does not look like a valid unicast MAC address'),
  'mac-prefix': matching(/^[a-f0-9][02468ace](?::[a-f0-9]{2}){0,2}(?::[a-f0-9]?)?$/i, 'value is not a valid unicast MAC address prefix'),
  'pve-acme-alias': matching(/^[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_][a-z0-9_-]*)+$/i, (value) => `value '${value}' does not look like a valid alias name!`),
  'pve-acme-domain': acmeDomain,
  'pve-acme-domain-list': listOf(acmeDomain),
  'pve-bridge-id': matching(/^[-_.\w]+$/, (value) => `invalid bridge ID '${value}'`),
  'pve-configid': configId,
  'pve-configid-list': listOf(configId),
  'pve-cpuset': when(isCpuSet, 'unable to parse cpuset option'),
  'pve-ct-timezone': when((value) => value === 'host' || isTimeZone(value), (value) => `invalid time zone '${value}'`),
  'pve-hotplug-features': hotplugFeatures,
  'pve-iface': iface,
  'pve-ipv4-config': when((value) => /^(?:dhcp|manual)$/.test(value) || isCidr4(value), 'value does not look like a valid ipv4 network configuration'),
  'pve-ipv6-config': when((value) => /^(?:auto|dhcp|manual)$/.test(value) || isCidr6(value), 'value does not look like a valid ipv6 network configuration'),
  'pve-lxc-dev-string': when((value) => value.startsWith('/dev/') && !/\/\.\.?(?:\/|$)/.test(value), (value) => `${value} is not a valid device path`),
  'pve-lxc-mp-string': when((value) => !/\/\.\.?(?:\/|$)|^\.\.\//.test(value), (value) => `${value} contains illegal character sequences`),
  'pve-node': matching(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/, 'value does not look like a valid node name'),
  'pve-phys-bits': when((value) => value === 'host' || (/^\d{1,2}$/.test(value) && Number(value) >= 8 && Number(value) <= 64), "value must be an integer between 8 and 64 or 'host'"),
  'pve-qm-bootdev-list': listOf(when((value) => isDevice(value, (base) => base in BOOT_DEVICES), (value) => `invalid boot device '${value}'`)),
  'pve-qm-bootdisk': when((value) => isDevice(value, (base) => BOOT_DISKS.has(base)), (value) => `invalid boot disk '${value}'`),
  'pve-storage-id': identifier('storage'),
  'pve-storage-path-in-property-string': matching(/^\/[^;,=()]+/, 'Value does not look like a valid absolute path. These symbols are currently not allowed in path: ;,=()'),
  'pve-tag-list': listOf(matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, 'invalid characters in tag')),
  'pve-volume-id': volumeId,
  'pve-volume-id-list': listOf(volumeId),
  'pve-volume-id-or-absolute-path': volumeIdOrPath,
  'pve-volume-id-or-qm-path': ((value) => (value === 'none' || value === 'cdrom' ? undefined : volumeIdOrPath(value))) as Check,
  urlencoded: matching(/^[-%a-zA-Z0-9_.!~*'()]*$/, (value) => `invalid urlencoded string: ${value}`),
} satisfies Record<string, Check>;

export type ScalarFormatName = keyof typeof CHECKS;

/** What is wrong with the value as one of the format, in Proxmox's words; undefined when nothing is. */
export function checkScalarFormat(format: ScalarFormatName, value: string): string | undefined {
  return CHECKS[format](value);
}

export function isScalarFormat(format: string): format is ScalarFormatName {
  return Object.hasOwn(CHECKS, format);
}
