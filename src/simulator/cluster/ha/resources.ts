import type { Options } from '../../../pve/config/index.ts';
import { failure } from '../../api/errors.ts';
import { splitList } from '../../api/formats.ts';
import { boolean, integer, oneOf, optional, string } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../api/route.ts';
import type { Cluster } from '../../state/cluster.ts';
import { sectionFields, sectionOptions } from '../section-options.ts';
import { assertUnmodified, sectionsDigest } from './digest.ts';
import { reconcileSoon, relocate } from './manager.ts';
import { affinityOf, blockingResources } from './motion.ts';
import { checkResourceExists, parseResourceId } from './resource-id.ts';
import { printResources, readRule } from './rule.ts';

const COUNT = optional(integer({ minimum: 0 }));
const OPTIONS: Parameters = {
  'auto-rebalance': optional(boolean()),
  comment: optional(string({ maxLength: 4096 })),
  failback: optional(boolean()),
  group: optional(string({ format: 'pve-configid' })),
  max_relocate: COUNT,
  max_restart: COUNT,
  state: optional(oneOf('started', 'stopped', 'enabled', 'disabled', 'ignored')),
};
const TYPE = optional(oneOf('ct', 'vm'));
const SID = string({ format: 'pve-ha-resource-or-vm-id' });
const AUDIT: Permissions = { check: ['perm', '/', ['Sys.Audit']] };
const CHANGE: Permissions = { check: ['perm', '/', ['Sys.Console']] };

const sidOf = ({ cluster, parameters }: Call): string => parseResourceId(cluster, String(parameters['sid'])).sid;

function shown({ haResources }: Cluster, sid: string): Record<string, unknown> {
  const options = haResources.get(sid);
  if (options === undefined) throw failure(`no such resource '${sid}'\n`);
  // A group that an old file names has become a rule.
  const kept = new Map([...options].filter(([name]) => name !== 'group'));
  return { ...sectionFields(kept, OPTIONS), sid, type: sid.split(':')[0], digest: sectionsDigest(haResources) };
}

function list({ cluster, parameters }: Call): unknown[] {
  const { type } = parameters;
  return [...cluster.haResources.keys()].filter((sid) => type === undefined || sid.startsWith(`${String(type)}:`)).map((sid) => shown(cluster, sid));
}

/** Groups are rules since Proxmox VE 9. */
function refuseGroup({ parameters }: Call): void {
  if (parameters['group']) throw failure("invalid parameter 'group': ha groups have been migrated to rules\n");
}

function create(call: Call): null {
  const { cluster, parameters } = call;
  const id = parseResourceId(cluster, String(parameters['sid']));
  if (parameters['type'] !== undefined && parameters['type'] !== id.type) throw failure('types does not match\n');
  refuseGroup(call);
  checkResourceExists(cluster, id);
  if (cluster.haResources.has(id.sid)) throw failure(`create resource failed: resource ID '${id.sid}' already defined\n`);
  cluster.haResources.set(id.sid, sectionOptions(parameters, OPTIONS));
  reconcileSoon(cluster, id.sid);
  return null;
}

function update(call: Call): null {
  const { cluster } = call;
  const failed = 'update resources config failed';
  const sid = sidOf(call);
  refuseGroup(call);
  assertUnmodified(call, cluster.haResources, failed);
  const current = cluster.haResources.get(sid);
  if (current === undefined) throw failure(`${failed}: no such resource '${sid}'\n`);
  const options: Options = new Map([...current, ...sectionOptions(call.parameters, OPTIONS)]);
  for (const name of splitList(String(call.parameters['delete'] ?? ''))) {
    if (!Object.hasOwn(OPTIONS, name)) throw failure(`${failed}: no such option '${name}'\n`);
    options.delete(name);
  }
  cluster.haResources.set(sid, options);
  reconcileSoon(cluster, sid);
  return null;
}

/** Takes the resource out of the rules; a rule about nothing else goes. */
function purge({ haRules }: Cluster, sid: string): void {
  for (const [rule, options] of haRules) {
    const resources = new Set(readRule(rule, options).resources);
    if (!resources.delete(sid)) continue;
    if (resources.size === 0) haRules.delete(rule);
    else options.set('resources', printResources(resources));
  }
}

function remove(call: Call): null {
  const { cluster, parameters } = call;
  const sid = sidOf(call);
  if (!cluster.haResources.delete(sid)) throw failure(`cannot delete service '${sid}', not HA managed!\n`);
  if (parameters['purge'] !== false) purge(cluster, sid);
  return null;
}

/** Places the request with the manager and tells what goes along and what stands in the way. */
function move(call: Call, live: boolean): unknown {
  const { cluster, parameters } = call;
  const sid = sidOf(call);
  const node = String(parameters['node']);
  const options = cluster.haResources.get(sid);
  if (options === undefined || options.get('state') === 'ignored' || cluster.haDisarmed === 'ignore') throw failure(`resource '${sid}' is not HA managed\n`);
  const { together } = affinityOf(cluster, sid);
  const blocking = blockingResources(cluster, sid, node);
  relocate(cluster, sid, node, live);
  return {
    sid, 'requested-node': node,
    ...(together.length === 0 ? {} : { 'comigrated-resources': together }),
    ...(blocking.length === 0 ? {} : { 'blocking-resources': blocking.map((other) => ({ sid: other, cause: 'resource-affinity' })) }),
  };
}

const PATH = '/cluster/ha/resources';
const ONE = `${PATH}/{sid}`;
const MOVE: Parameters = { sid: SID, node: string({ format: 'pve-node' }) };

/** `/cluster/ha/resources` (PVE::API2::HA::Resources). */
export const resourceRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, permissions: AUDIT, parameters: { type: TYPE }, run: list },
  { method: 'POST', path: PATH, permissions: CHANGE, parameters: { ...OPTIONS, sid: SID, type: TYPE }, run: create },
  { method: 'GET', path: ONE, permissions: AUDIT, parameters: { sid: SID }, run: (call) => shown(call.cluster, sidOf(call)) },
  {
    method: 'PUT', path: ONE, permissions: CHANGE, run: update,
    parameters: { ...OPTIONS, sid: SID, digest: optional(string({ maxLength: 64 })), delete: optional(string({ format: 'pve-configid-list', maxLength: 4096 })) },
  },
  { method: 'DELETE', path: ONE, permissions: CHANGE, parameters: { sid: SID, purge: optional(boolean()) }, run: remove },
  { method: 'POST', path: `${ONE}/migrate`, permissions: CHANGE, parameters: MOVE, run: (call) => move(call, true) },
  { method: 'POST', path: `${ONE}/relocate`, permissions: CHANGE, parameters: MOVE, run: (call) => move(call, false) },
];
