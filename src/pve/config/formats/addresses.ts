import { isIPv4, isIPv6 as isIPv6WithZone } from 'node:net';

export { isIPv4 };

/** Without a zone (`%eth0`), as Proxmox takes addresses. */
export function isIPv6(text: string): boolean {
  return isIPv6WithZone(text) && !text.includes('%');
}

export function isIP(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/** Whether it is `<address>/<length>` with a length in the range. */
function isNetwork(text: string, isAddress: (text: string) => boolean, shortest: number, longest: number): boolean {
  const match = /^(.+)\/(\d+)$/.exec(text);
  return match !== null && isAddress(match[1] ?? '') && Number(match[2]) >= shortest && Number(match[2]) <= longest;
}

/** Proxmox takes no networks larger than /8. */
export const isCidr4 = (text: string): boolean => isNetwork(text, isIPv4, 8, 32);
export const isCidr6 = (text: string): boolean => isNetwork(text, isIPv6, 8, 128);
export const isCidr = (text: string): boolean => isCidr4(text) || isCidr6(text);
export const isFullRangeCidr = (text: string): boolean => isNetwork(text, isIPv4, 0, 32) || isNetwork(text, isIPv6, 0, 128);

/** The common prefix of unicast MAC addresses: the first byte is even. */
export function isMacAddress(text: string): boolean {
  return /^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i.test(text);
}

export function isDnsName(text: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(text);
}
