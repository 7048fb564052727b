import { newNode } from '../new-node.ts';
import type { Cluster } from '../state/cluster.ts';

/**
 * Nodes `pve1` … `pve<n>`; with three or more the last is switched off.
 * @param guestsPerNode decides how big they are
 */
export function addNodes(cluster: Cluster, count: number, guestsPerNode: number): void {
  for (let i = 1; i <= count; i++) {
    const node = newNode(cluster, `pve${i}`, i, guestsPerNode > 40 ? 'large' : 'small');
    node.online = count < 3 || i < count;
    if (i === 1) node.config.set('description', 'First node of the demo cluster.\nRack 2, lower half.');
    cluster.nodes.set(node.name, node);
  }
}
