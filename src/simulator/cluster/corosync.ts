import { createHash } from 'node:crypto';
import { ApiError, failure } from '../api/errors.ts';
import { optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { answeringNode } from '../nodes/answering.ts';
import { sslFingerprint } from '../nodes/list.ts';
import type { Cluster, Node } from '../state/cluster.ts';
import { AUDIT, directory } from './directory.ts';

const JOIN_API_VERSION = 1;

/** A node alone has no `corosync.conf`. */
const isCluster = ({ nodes }: Cluster): boolean => nodes.size > 1;

/** All values are texts, as the file's reader leaves them. */
function member({ name, nodeid, ip }: Node): Record<string, string> {
  return { name, nodeid: String(nodeid), quorum_votes: '1', ring0_addr: ip };
}

/** The `totem` section that `pvecm create` and as many joins have left. */
function totem({ name, nodes }: Cluster): Record<string, unknown> {
  return {
    cluster_name: name, config_version: String(nodes.size), interface: { 0: { linknumber: '0' } }, ip_version: 'ipv4-6', link_mode: 'passive', secauth: 'on', version: '2',
  };
}

function joinInfo({ cluster, parameters }: Call): unknown {
  if (!isCluster(cluster)) throw new ApiError(424, 'node is not in a cluster, no join info available!');
  const preferred = String(parameters['node'] ?? answeringNode(cluster));
  if (!cluster.nodes.has(preferred)) throw failure(`unknown node '${preferred}'\n`);
  const nodelist = [...cluster.nodes.values()].map((node) => ({ ...member(node), pve_addr: node.ip, pve_fp: sslFingerprint(node) }));
  const digest = createHash('sha1').update(JSON.stringify([totem(cluster), nodelist])).digest('hex');
  return { nodelist, preferred_node: preferred, totem: totem(cluster), config_digest: digest };
}

const PATH = '/cluster/config';

/** `/cluster/config` (PVE::API2::ClusterConfig), as far as it only tells. */
export const corosyncRoutes: readonly Route[] = [
  directory(PATH, 'name', ['nodes', 'totem', 'join', 'qdevice', 'apiversion'], AUDIT),
  { method: 'GET', path: `${PATH}/apiversion`, permissions: AUDIT, parameters: {}, run: () => JOIN_API_VERSION },
  {
    method: 'GET', path: `${PATH}/nodes`, permissions: AUDIT, parameters: {},
    run: ({ cluster }) => (isCluster(cluster) ? [...cluster.nodes.values()].map((node) => ({ ...member(node), node: node.name })) : []),
  },
  { method: 'GET', path: `${PATH}/totem`, permissions: AUDIT, parameters: {}, run: ({ cluster }) => (isCluster(cluster) ? totem(cluster) : null) },
  { method: 'GET', path: `${PATH}/join`, permissions: AUDIT, parameters: { node: optional(string({ format: 'pve-node' })) }, run: joinInfo },
  { method: 'GET', path: `${PATH}/qdevice`, permissions: AUDIT, parameters: {}, run: () => ({}) },
];
