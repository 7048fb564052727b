import type { Cluster } from '../../state/cluster.ts';
import { resourceGuest } from './resource-id.ts';
import { activeRules } from './rule.ts';

const isManaged = (cluster: Cluster, sid: string): boolean => cluster.haResources.has(sid) && cluster.haResources.get(sid)?.get('state') !== 'ignored';

/** The managed resources that rules keep with this one, over rules that share resources, and those that they keep apart from it. */
export function affinityOf(cluster: Cluster, sid: string): { readonly together: string[]; readonly apart: string[] } {
  const rules = activeRules(cluster).filter((rule) => rule.type === 'resource-affinity');
  const together = new Set([sid]);
  const positive = rules.filter((rule) => rule.affinity === 'positive');
  for (let size = 0; size !== together.size;) {
    size = together.size;
    for (const { resources } of positive) if (!resources.isDisjointFrom(together)) for (const other of resources) together.add(other);
  }
  const apart = new Set(rules.filter((rule) => rule.affinity === 'negative' && !rule.resources.isDisjointFrom(together)).flatMap((rule) => [...rule.resources]));
  const managed = (sids: Iterable<string>): string[] => [...sids].filter((other) => other !== sid && isManaged(cluster, other)).sort();
  return { together: managed(together), apart: managed(apart.difference(together)) };
}

/** The resources on the node that must not be where this one is. */
export function blockingResources(cluster: Cluster, sid: string, node: string): string[] {
  if (cluster.nodes.get(node)?.online !== true) return [];
  return affinityOf(cluster, sid).apart.filter((other) => resourceGuest(cluster, other)?.node === node);
}
