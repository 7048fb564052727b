import { failure } from '../../api/errors.ts';
import { oneOf } from '../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../api/route.ts';
import { answeringNode } from '../../nodes/answering.ts';
import { utcOffset } from '../../nodes/journal.ts';
import type { Cluster, Node } from '../../state/cluster.ts';
import { isRunning } from '../../guests/lookup.ts';
import { ctime } from '../ctime.ts';
import { requestedState } from './manager.ts';
import { resourceGuest } from './resource-id.ts';

const AUDIT: Permissions = { check: ['perm', '/', ['Sys.Audit']] };
const CHANGE: Permissions = { check: ['perm', '/', ['Sys.Console']] };

const now = (cluster: Cluster): number => Math.floor(cluster.clock.now() / 1000);
/** Seconds between two signs of life. */
const BEAT = 5;
/** When a node's services last told of themselves: within the last seconds, or when the node went down. */
const seenAt = (cluster: Cluster, node: Node): number => (node.online ? now(cluster) - (now(cluster) % BEAT) : node.bootedAt);

function local(cluster: Cluster, seconds: number): string {
  return ctime(seconds + utcOffset(seconds * 1000, cluster.nodes.get(answeringNode(cluster))?.timezone ?? 'UTC') / 1000);
}

const isQuorate = ({ nodes }: Cluster): boolean => [...nodes.values()].filter((node) => node.online).length > nodes.size / 2;
/** The manager has been active once there has been something to manage. */
const isActive = (cluster: Cluster): boolean => cluster.haResources.size > 0;

interface Service {
  readonly sid: string;
  readonly node: string | undefined;
  /** What the manager has the service at. */
  readonly state: string | undefined;
}

/** Ignored resources and those whose guest is gone are none of the manager's. */
function services(cluster: Cluster): Service[] {
  return [...cluster.haResources.keys()].sort().map((sid) => {
    const guest = resourceGuest(cluster, sid);
    const wanted = requestedState(cluster, sid);
    if (guest === undefined || wanted === 'ignored') return { sid, node: guest?.node, state: undefined };
    // What stood on a node when it went off is kept for it.
    if (cluster.haDisarmed === 'freeze' || cluster.nodes.get(guest.node)?.online !== true) return { sid, node: guest.node, state: 'freeze' };
    return { sid, node: guest.node, state: wanted === 'started' ? 'started' : isRunning(guest) ? 'request_stop' : 'stopped' };
  });
}

function verboseState(cluster: Cluster, { sid, node, state }: Service): string {
  const wanted = requestedState(cluster, sid);
  if (wanted === 'ignored') return 'ignored';
  if (cluster.haDisarmed === 'ignore') return 'ignore';
  if (node === undefined) return 'not found';
  if (state === 'stopped' && wanted === 'disabled') return 'disabled';
  const guest = resourceGuest(cluster, sid);
  return state === 'started' && guest !== undefined && !isRunning(guest) ? 'starting' : (state ?? 'queued');
}

const FIELDS = ['max_restart', 'max_relocate', 'failback'] as const;

function serviceRow(cluster: Cluster, service: Service): Record<string, unknown> {
  const { sid, node, state } = service;
  const shown = verboseState(cluster, service);
  const options = cluster.haResources.get(sid);
  const comment = options?.get('comment');
  return {
    id: `service:${sid}`, type: 'service', sid, node, state: shown, status: `${sid} (${node ?? '---'}, ${shown})`, request_state: requestedState(cluster, sid),
    ...(state === undefined ? {} : { crm_state: state }),
    ...Object.fromEntries(FIELDS.map((name) => [name, Number(options?.get(name) ?? 1)])),
    ...(comment === undefined ? {} : { comment }),
  };
}

function fencingRow(cluster: Cluster, node: string): Record<string, unknown> {
  const row = { id: 'fencing', type: 'fencing', node };
  const mode = cluster.haDisarmed;
  if (mode !== undefined) return { ...row, status: `disarmed, resource mode: ${mode} (CRM watchdog released)`, 'armed-state': 'disarmed', resource_mode: mode };
  const state = isActive(cluster) ? 'armed' : 'standby';
  return { ...row, status: `${state} (CRM watchdog ${state === 'armed' ? 'active' : 'standby'})`, 'armed-state': state };
}

function lrmRow(cluster: Cluster, node: Node, busy: boolean): Record<string, unknown> {
  const at = seenAt(cluster, node);
  const maintained = cluster.haMaintenance.has(node.name);
  const [state, watchdog] = !node.online ? ['old timestamp - dead?', 'standby'] : cluster.haDisarmed !== undefined ? ['disarm mode', 'released'] : maintained ? ['maintenance mode', busy ? 'active' : 'standby'] : busy ? ['active', 'active'] : ['idle', 'standby'];
  return { id: `lrm:${node.name}`, type: 'lrm', node: node.name, status: `${node.name} (${state}, watchdog ${watchdog}, ${local(cluster, at)})`, timestamp: at };
}

function busyNodes(cluster: Cluster): Set<string | undefined> {
  return new Set(services(cluster).filter(({ state }) => state !== undefined && state !== 'stopped' && state !== 'freeze').map(({ node }) => node));
}

function current({ cluster }: Call): unknown[] {
  const node = answeringNode(cluster);
  const quorate = isQuorate(cluster);
  const rows: Record<string, unknown>[] = [{ id: 'quorum', type: 'quorum', node, status: quorate ? 'OK' : `No quorum on node '${node}'!`, quorate: quorate ? 1 : 0 }];
  const master = cluster.nodes.get(node);
  if (isActive(cluster) && master !== undefined) {
    const at = seenAt(cluster, master);
    const disarmed = cluster.haDisarmed === undefined ? '' : ` - disarmed, resource mode: ${cluster.haDisarmed}`;
    rows.push({ id: 'master', type: 'master', node, status: `${node} (active, ${local(cluster, at)})${disarmed}`, timestamp: at });
  }
  rows.push(fencingRow(cluster, node));
  if (isActive(cluster)) {
    const busy = busyNodes(cluster);
    for (const each of [...cluster.nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) rows.push(lrmRow(cluster, each, busy.has(each.name)));
  }
  return [...rows, ...services(cluster).map((service) => serviceRow(cluster, service))];
}

function managerStatus({ cluster }: Call): unknown {
  const node = answeringNode(cluster);
  const quorum = { node, quorate: isQuorate(cluster) ? 1 : 0 };
  const master = cluster.nodes.get(node);
  if (!isActive(cluster) || master === undefined) return { manager_status: {}, quorum };
  const nodes = [...cluster.nodes.values()];
  const busy = busyNodes(cluster);
  return {
    manager_status: {
      master_node: node,
      timestamp: seenAt(cluster, master),
      node_status: Object.fromEntries(nodes.map(({ name, online }) => [name, !online ? 'unknown' : cluster.haMaintenance.has(name) ? 'maintenance' : 'online'])),
      service_status: Object.fromEntries(services(cluster).filter(({ state }) => state !== undefined).map(({ sid, node: on, state }) => [sid, { node: on, state, ...(state === 'started' ? { running: 1 } : {}) }])),
      ...(cluster.haDisarmed === undefined ? {} : { disarm: { mode: cluster.haDisarmed, state: 'disarmed' } }),
    },
    quorum,
    lrm_status: Object.fromEntries(nodes.map((each) => [each.name, {
      state: cluster.haMaintenance.has(each.name) ? 'maintenance' : busy.has(each.name) ? 'active' : 'wait_for_agent_lock',
      mode: cluster.haDisarmed !== undefined ? 'disarm' : cluster.haMaintenance.has(each.name) ? 'maintenance' : 'active', results: {}, timestamp: seenAt(cluster, each),
    }])),
  };
}

function disarm({ cluster, parameters }: Call): null {
  if (!isQuorate(cluster)) throw failure('no quorum\n');
  cluster.haDisarmed = parameters['resource-mode'] === 'ignore' ? 'ignore' : 'freeze';
  return null;
}

function arm({ cluster }: Call): null {
  if (!isQuorate(cluster)) throw failure('no quorum\n');
  delete cluster.haDisarmed;
  return null;
}

const PATH = '/cluster/ha/status';

/** `/cluster/ha/status` (PVE::API2::HA::Status). */
export const statusRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, permissions: { user: 'all' }, parameters: {}, run: () => ['current', 'manager_status', 'disarm-ha', 'arm-ha'].map((name) => ({ name })) },
  { method: 'GET', path: `${PATH}/current`, permissions: AUDIT, parameters: {}, run: current },
  { method: 'GET', path: `${PATH}/manager_status`, permissions: AUDIT, parameters: {}, run: managerStatus },
  { method: 'POST', path: `${PATH}/disarm-ha`, permissions: CHANGE, parameters: { 'resource-mode': oneOf('freeze', 'ignore') }, run: disarm },
  { method: 'POST', path: `${PATH}/arm-ha`, permissions: CHANGE, parameters: {}, run: arm },
];
