import { BlockList, isIPv4, isIPv6 } from 'node:net';

export type Family = 'ipv4' | 'ipv6';
const isAddress = { ipv4: isIPv4, ipv6: isIPv6 };
const example = { ipv4: '192.168.1.50/24', ipv6: '2001:db8::50/64' };
const named = { ipv4: 'IPv4', ipv6: 'IPv6' };
const bits = { ipv4: 32, ipv6: 128 };

/** What is wrong with an address and its prefix; undefined when nothing is. Prefixes from 8 on (PVE::JSONSchema, CIDRv4 and CIDRv6). */
export function cidrProblem(text: string, family: Family): string | undefined {
  if (text === '') return `An ${named[family]} address with its prefix is wanted, such as ${example[family]}.`;
  const [address = '', prefix, more] = text.split('/');
  if (!isAddress[family](address)) return `“${address}” is no ${named[family]} address.`;
  if (prefix === undefined) return `The prefix is missing: ${address}/${family === 'ipv4' ? 24 : 64}, say.`;
  const length = Number(prefix);
  if (more !== undefined || !/^\d{1,3}$/.test(prefix) || length < 8 || length > bits[family]) return `The prefix has to be a number from 8 to ${bits[family]}.`;
  return undefined;
}

/** What is wrong with a gateway; an empty one is none. */
export function gatewayProblem(text: string, family: Family): string | undefined {
  return text === '' || isAddress[family](text) ? undefined : `“${text}” is no ${named[family]} address.`;
}

/** Whether an address lies in the network of another, both valid. */
export function inNetwork(address: string, cidr: string, family: Family): boolean {
  const [network = '', prefix] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(address, family);
}

/** Whether it is an address of either family. */
export const isAnyAddress = (text: string): boolean => isIPv4(text) || isIPv6(text);
