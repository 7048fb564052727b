import { randomMac } from '../../state/random.ts';
import type { Cluster } from '../../state/cluster.ts';

/** The properties of a container's `net[n]` option. */
export function networkProperties(value: string): Map<string, string> {
  const result = new Map<string, string>();
  for (const part of value.split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) result.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return result;
}

/** Prints as Proxmox does: the required `name` first, the rest by name. */
function printNetwork(properties: ReadonlyMap<string, string>): string {
  const names = [...properties.keys()].sort((a, b) => Number(b === 'name') - Number(a === 'name') || (a < b ? -1 : 1));
  return names.map((name) => `${name}=${properties.get(name) ?? ''}`).join(',');
}

/** The value as the configuration keeps it: with its type and a MAC address, generated where none is given or `keep` is false. */
export function withMac(cluster: Cluster, value: string, keep: boolean): string {
  const properties = networkProperties(value);
  properties.set('type', 'veth');
  if (!keep || !properties.get('hwaddr')) properties.set('hwaddr', randomMac(cluster));
  return printNetwork(properties);
}

export function isNetwork(option: string): boolean {
  return /^net\d+$/.test(option);
}
