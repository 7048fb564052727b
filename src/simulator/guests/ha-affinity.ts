import type { Cluster } from '../state/cluster.ts';

/** HA resources that go along with a guest, and those that keep it from a node, by the resource affinity rules. */
export interface Affinity {
  /** Resources in positive affinity with it. */
  readonly together: readonly string[];
  /** Node → resources there in negative affinity with it. */
  readonly apart: ReadonlyMap<string, readonly string[]>;
}

/** @param sid the guest's HA resource, e.g. `vm:100` (PVE::HA::Config::get_resource_motion_info) */
export function affinityOf(cluster: Cluster, sid: string): Affinity {
  const together = new Set<string>();
  const apart = new Map<string, string[]>();
  for (const rule of cluster.haRules.values()) {
    const resources = (rule.get('resources') ?? '').split(/[,;\s]+/);
    if (rule.get('type') !== 'resource-affinity' || rule.get('disable') === '1' || !resources.includes(sid)) continue;
    for (const other of resources) {
      const state = cluster.haResources.get(other)?.get('state');
      if (other === sid || !cluster.haResources.has(other) || state === 'ignored') continue;
      if (rule.get('affinity') === 'positive') together.add(other);
      else {
        const node = cluster.guests.get(Number(other.split(':')[1]))?.node ?? '';
        apart.set(node, [...(apart.get(node) ?? []), other]);
      }
    }
  }
  return { together: [...together].sort(), apart };
}
