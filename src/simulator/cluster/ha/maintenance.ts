import type { Cluster } from '../../state/cluster.ts';
import { relocate, requestedState, ROUND } from './manager.ts';
import { resourceGuest } from './resource-id.ts';
import { activeRules } from './rule.ts';

/** Managed resources that are started on the node. */
function startedOn(cluster: Cluster, node: string): string[] {
  return [...cluster.haResources.keys()].sort().filter((sid) => resourceGuest(cluster, sid)?.node === node && requestedState(cluster, sid) === 'started');
}

/** The node with the fewest guests that may take it (PVE::HA::Manager, `select_service_node`, with the basic scheduler). */
function nodeFor(cluster: Cluster, sid: string): string | undefined {
  const rules = activeRules(cluster).flatMap((rule) => (rule.type === 'node-affinity' && rule.resources.has(sid) && rule.strict ? [rule.nodes] : []));
  const guests = (node: string): number => [...cluster.guests.values()].filter((guest) => guest.node === node).length;
  return [...cluster.nodes.values()]
    .filter(({ name, online }) => online && !cluster.haMaintenance.has(name) && rules.every((nodes) => nodes.has(name)))
    .map(({ name }) => name)
    .sort((a, b) => guests(a) - guests(b) || (a < b ? -1 : 1))[0];
}

/**
 * What the manager makes of `ha-manager crm-command node-maintenance` in its next round: it empties the node, and brings back what it moved
 * away when the maintenance ends (ha-manager(1), "Maintenance Mode").
 */
export function setMaintenance(cluster: Cluster, node: string, enabled: boolean): void {
  cluster.tasks.later(ROUND, () => {
    const moved = cluster.haMaintenance.get(node);
    if (enabled && moved === undefined && cluster.nodes.get(node)?.online === true) {
      const leaving = startedOn(cluster, node);
      cluster.haMaintenance.set(node, new Set(leaving));
      for (const sid of leaving) {
        const target = nodeFor(cluster, sid);
        if (target !== undefined) relocate(cluster, sid, target, true);
      }
    }
    if (!enabled && moved !== undefined) {
      cluster.haMaintenance.delete(node);
      for (const sid of moved) if (requestedState(cluster, sid) === 'started') relocate(cluster, sid, node, true);
    }
  });
}
