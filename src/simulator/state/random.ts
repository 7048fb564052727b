import type { Cluster } from './cluster.ts';

/** A random MAC address with the datacenter's `mac_prefix` (BC:24:11 unless set). */
export function randomMac(cluster: Cluster): string {
  const prefix = (cluster.options.get('mac_prefix') ?? 'BC:24:11').toUpperCase();
  const rest = Array.from({ length: 6 - prefix.split(':').length }, () => Math.floor(cluster.random() * 256).toString(16).padStart(2, '0').toUpperCase());
  return [prefix, ...rest].join(':');
}

/** A random (version 4) UUID of the cluster's own chance, so that a seed gives the same one. */
export function randomUuid(cluster: Cluster): string {
  const digits = Array.from({ length: 32 }, (_, i) => (i === 12 ? 4 : i === 16 ? 8 + Math.floor(cluster.random() * 4) : Math.floor(cluster.random() * 16)).toString(16)).join('');
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}
