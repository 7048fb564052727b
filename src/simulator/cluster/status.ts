import type { Call, Route } from '../api/route.ts';
import { answeringNode } from '../nodes/answering.ts';

/** `GET /cluster/status`: a node without a cluster is alone in it and says so by leaving the cluster out. */
function status(call: Call): Record<string, unknown>[] {
  const { cluster } = call;
  const nodes = [...cluster.nodes.values()];
  const local = answeringNode(cluster);
  const [only] = nodes;
  if (only !== undefined && nodes.length === 1) return [{ type: 'node', id: `node/${only.name}`, name: only.name, ip: only.ip, local: 1, nodeid: 0, online: 1, level: '' }];
  const online = nodes.filter((node) => node.online).length;
  return [
    { type: 'cluster', id: 'cluster', nodes: nodes.length, version: nodes.length, name: cluster.name, quorate: online > nodes.length / 2 ? 1 : 0 },
    ...nodes.map((node) => ({ type: 'node', id: `node/${node.name}`, name: node.name, nodeid: node.nodeid, local: node.name === local ? 1 : 0, online: node.online ? 1 : 0, ip: node.ip, level: '' })),
  ];
}

export const statusRoutes: readonly Route[] = [{ method: 'GET', path: '/cluster/status', permissions: { check: ['perm', '/', ['Sys.Audit']] }, parameters: {}, run: status }];
