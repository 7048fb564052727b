import type { Cluster } from '../state/cluster.ts';

/** The node that answers requests: the first that runs. */
export function answeringNode(cluster: Cluster): string {
  return [...cluster.nodes.values()].find((node) => node.online)?.name ?? '';
}
