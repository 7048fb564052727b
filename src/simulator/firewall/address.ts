import { isIPv4, isIPv6 } from 'node:net';

export type IpVersion = 4 | 6;

/** Name of an alias, an IP set or a security group. */
const NAME = '[A-Za-z][A-Za-z0-9\\-_]+';
const ALIAS = new RegExp(`^(dc/|guest/)?(${NAME})$`);
const IPSET = new RegExp(`^\\+(guest/|dc/|sdn/)?(${NAME})$`);

export interface Reference {
  /** `dc`, `guest`, `sdn`, or empty when any place will do. */
  readonly scope: string;
  readonly name: string;
}

function reference(pattern: RegExp, text: string): Reference | undefined {
  const match = pattern.exec(text);
  return match === null ? undefined : { scope: (match[1] ?? '').replace('/', ''), name: match[2] ?? '' };
}

export const aliasReference = (text: string): Reference | undefined => reference(ALIAS, text);
export const ipsetReference = (text: string): Reference | undefined => reference(IPSET, text);

/** Undefined when it is no plain address. */
export function ipVersion(address: string): IpVersion | undefined {
  if (isIPv4(address)) return 4;
  return isIPv6(address) && !address.includes('%') ? 6 : undefined;
}

/** The address as a number. */
function toNumber(address: string, version: IpVersion): bigint {
  const quads = (text: string): string[] => text.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  if (version === 4) return BigInt(`0x${quads(address).join('')}`);
  const tail = /[\d.]+$/.exec(address)?.[0] ?? '';
  const mapped = tail.includes('.') ? quads(tail) : undefined;
  const plain = mapped === undefined ? address : `${address.slice(0, -tail.length)}${mapped.slice(0, 2).join('')}:${mapped.slice(2).join('')}`;
  const [head = '', rest] = plain.split('::');
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const before = groups(head);
  const after = groups(rest ?? '');
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
  return BigInt(`0x${all.map((group) => group.padStart(4, '0')).join('')}`);
}

/** As Net::IP prints it: IPv6 with its longest run of zero groups left out. */
function toText(value: bigint, version: IpVersion): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const hex = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':');
  const runs = hex.match(/(?:^|(?<=:))0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return hex;
  const at = new RegExp(`(?:^|:)${longest}(?=:|$)`).exec(hex);
  return at === null ? hex : `${hex.slice(0, at.index)}::${hex.slice(at.index + at[0].length).replace(/^:/, '')}`;
}

const bitsOf = (version: IpVersion): number => (version === 4 ? 32 : 128);

/** What Net::IP says against an address, a network or a range; the version when it says nothing. */
function netIp(text: string): { readonly version: IpVersion } | { readonly problem: string } {
  const [begin = '', end] = text.split('-', 2).map((part) => part.trim());
  const [address = '', length] = begin.split('/', 2);
  const version = ipVersion(address);
  if (version === undefined) return { problem: `Cannot determine IP version for ${address}` };
  if (end !== undefined) return rangeProblem(address, end, version);
  if (length === undefined) return { version };
  if (!/^\d+$/.test(length)) return { problem: `Invalid prefix length ${length}` };
  const bits = toNumber(address, version).toString(2).padStart(bitsOf(version), '0');
  if (Number(length) > bits.length) return { problem: `Prefix length ${length} is longer than IP address (${bits})` };
  return bits.slice(Number(length)).includes('1') ? { problem: `Invalid prefix ${bits}/${length}` } : { version };
}

function rangeProblem(begin: string, end: string, version: IpVersion): { readonly version: IpVersion } | { readonly problem: string } {
  const other = ipVersion(end);
  if (other === undefined) return { problem: `Cannot determine IP version for ${end}` };
  if (other !== version) return { problem: `IP versions differ for ${begin} and ${end}` };
  return toNumber(begin, version) > toNumber(end, version) ? { problem: `Begin address is greater than End address ${begin} - ${end}` } : { version };
}

const CIDR_PROBLEM = 'value does not look like a valid IP address or CIDR network';

/** What is wrong with an address or network, host bits allowed (format `IPorCIDR`). */
export function cidrProblem(text: string): string | undefined {
  const [, address = '', length] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  const version = ipVersion(address);
  if (version === undefined) return CIDR_PROBLEM;
  if (length !== undefined && Number(length) > bitsOf(version)) {
    const bits = toNumber(address, version).toString(2).padStart(bitsOf(version), '0');
    return `Prefix length ${length} is longer than IP address (${bits})`;
  }
  return undefined;
}

/** A valid address or network with its host bits zeroed and without the length of a single address, as the configuration files have it. */
export function cleanCidr(text: string): string {
  const [address = '', length] = text.split('/', 2);
  const version = ipVersion(address);
  if (length === undefined || version === undefined) return text;
  const hostBits = BigInt(bitsOf(version) - Number(length));
  const network = toText((toNumber(address, version) >> hostBits) << hostBits, version);
  return hostBits === 0n ? network : `${network}/${length}`;
}

/** Without the length of a single address, which the configuration's reader drops. */
export const withoutHostLength = (cidr: string): string => cidr.replace(cidr.includes(':') ? /\/128$/ : /\/32$/, '');

/**
 * Reads what may stand in a rule's `source` and `dest`: a reference to an IP set or alias, a range, or a list of addresses.
 * @returns the addresses' version; undefined for references
 * @throws Error with Proxmox's words
 */
export function addressListVersion(text: string): IpVersion | undefined {
  if (/^\+\S+$/.test(text)) {
    if (text.length > 65) throw new Error('ipset name too long');
    return undefined;
  }
  if (ALIAS.test(text)) {
    if (text.length > 64) throw new Error('alias name too long');
    return undefined;
  }
  const elements = text.split(',');
  if (elements.at(-1) === '') throw new Error('extraneous commas in list');
  let version: IpVersion | undefined;
  for (const element of elements) {
    const found = netIp(element);
    if ('problem' in found) throw new Error(`invalid IP address: ${found.problem}`);
    if (version !== undefined && version !== found.version) throw new Error(`detected mixed ipv4/ipv6 addresses in address list '${text}'`);
    version = found.version;
  }
  if (elements.length > 1 && text.includes('-')) throw new Error("you can't use a range in a list");
  return version;
}
