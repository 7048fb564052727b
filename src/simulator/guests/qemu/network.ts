import type { Cluster } from '../../state/cluster.ts';
import { randomMac } from '../../state/random.ts';

/** Network card models; each may stand as `model=<mac>` as well. */
const MODELS = new Set([
  'virtio', 'e1000', 'e1000-82540em', 'e1000-82544gc', 'e1000-82545em', 'e1000e', 'i82551', 'i82557b', 'i82559er', 'ne2k_isa', 'ne2k_pci', 'pcnet', 'rtl8139', 'vmxnet3',
]);

/** The properties of a `net[n]` option with `model` and `macaddr` told apart from their common short form `virtio=BC:24:…`. */
export function networkProperties(value: string): Map<string, string> {
  const result = new Map<string, string>();
  for (const part of value.split(',')) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    if (MODELS.has(name)) {
      result.set('model', name);
      if (equals >= 0) result.set('macaddr', part.slice(equals + 1));
    } else if (equals >= 0) result.set(name, part.slice(equals + 1));
  }
  return result;
}

/** Prints as Proxmox does: `<model>=<mac>` first, the rest by name. */
export function printNetwork(properties: ReadonlyMap<string, string>): string {
  const rest = [...properties].filter(([name]) => name !== 'model' && name !== 'macaddr').sort(([a], [b]) => (a < b ? -1 : 1));
  const mac = properties.get('macaddr');
  const model = properties.get('model') ?? 'virtio';
  return [mac === undefined ? model : `${model}=${mac}`, ...rest.map(([name, text]) => `${name}=${text}`)].join(',');
}

/** The same card with a generated MAC address; `keep` leaves one that is there. */
export function withMac(cluster: Cluster, value: string, keep: boolean): string {
  const properties = networkProperties(value);
  if (!keep || !properties.has('macaddr')) properties.set('macaddr', randomMac(cluster));
  return printNetwork(properties);
}
