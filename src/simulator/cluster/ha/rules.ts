import type { Options } from '../../../pve/config/index.ts';
import { failure } from '../../api/errors.ts';
import { splitList } from '../../api/formats.ts';
import { boolean, oneOf, optional, string } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../api/route.ts';
import type { Cluster } from '../../state/cluster.ts';
import { sectionFields, sectionOptions } from '../section-options.ts';
import { assertUnmodified, sectionsDigest } from './digest.ts';
import { infeasibleRules } from './feasibility.ts';
import type { Infeasible } from './feasibility.ts';
import { activeRules, parseNodes, printNodes, printResources, readRule } from './rule.ts';

const TYPE = oneOf('node-affinity', 'resource-affinity');
const RESOURCES = string({ format: 'pve-ha-resource-id-list' });
const OPTIONS: Parameters = {
  affinity: optional(oneOf('positive', 'negative')),
  comment: optional(string({ maxLength: 4096 })),
  disable: optional(boolean()),
  nodes: optional(string({ format: 'pve-ha-node-list' })),
  strict: optional(boolean()),
};
const RULE = string({ format: 'pve-configid' });
const AUDIT: Permissions = { check: ['perm', '/', ['Sys.Audit']] };
const CHANGE: Permissions = { check: ['perm', '/', ['Sys.Console']] };

/** Which options a rule of the type has, and which it must have. */
const OF_TYPE: Readonly<Record<string, { readonly all: ReadonlySet<string>; readonly required: readonly string[] }>> = {
  'node-affinity': { all: new Set(['resources', 'nodes', 'strict', 'disable', 'comment']), required: ['resources', 'nodes'] },
  'resource-affinity': { all: new Set(['resources', 'affinity', 'disable', 'comment']), required: ['resources', 'affinity'] },
};

const optionsOf = (type: string): { readonly all: ReadonlySet<string>; readonly required: readonly string[] } => OF_TYPE[type] ?? { all: new Set(), required: [] };

function infeasible(cluster: Cluster, rules: ReadonlyMap<string, Options> = cluster.haRules): Infeasible {
  return infeasibleRules(activeRules({ haRules: new Map(rules) }), [...cluster.nodes.keys()]);
}

function shown(cluster: Cluster, rule: string, options: Options, problems: Infeasible): Record<string, unknown> {
  const wrong = problems.get(rule);
  return {
    ...sectionFields(options, OPTIONS), rule, digest: sectionsDigest(cluster.haRules), order: [...cluster.haRules.keys()].indexOf(rule) + 1,
    ...(wrong === undefined ? {} : { errors: { resources: wrong } }),
  };
}

function list({ cluster, parameters }: Call): unknown[] {
  const { type, resource } = parameters;
  const problems = infeasible(cluster);
  return [...cluster.haRules]
    .filter(([rule, options]) => (type === undefined || options.get('type') === type) && (resource === undefined || readRule(rule, options).resources.has(String(resource))))
    .map(([rule, options]) => shown(cluster, rule, options, problems));
}

const ruleOf = ({ parameters }: Call): string => String(parameters['rule']);

function read(call: Call): unknown {
  const options = call.cluster.haRules.get(ruleOf(call));
  if (options === undefined) throw failure(`no such ha rule '${ruleOf(call)}'\n`);
  return shown(call.cluster, ruleOf(call), options, infeasible(call.cluster));
}

/** The call's options as the file will have them. Throws 500 for what the type does not have. */
function changes({ parameters }: Call, type: string): Options {
  const { all } = optionsOf(type);
  const options = sectionOptions(parameters, { ...OPTIONS, resources: RESOURCES });
  for (const name of options.keys()) if (!all.has(name)) throw failure(`unexpected property '${name}'\n`);
  if (options.get('disable') === '0') options.delete('disable');
  const resources = options.get('resources');
  if (resources !== undefined) options.set('resources', printResources(new Set(splitList(resources))));
  const nodes = options.get('nodes');
  if (nodes !== undefined) options.set('nodes', printNodes(parseNodes(nodes)));
  return options;
}

/** Throws what is wrong with the resources and nodes that the call names. */
function checkNames(cluster: Cluster, options: Options, failed: string): void {
  const resources = options.get('resources');
  if (resources === '') throw failure(`${failed}: no resources were specified\n`);
  const unmanaged = splitList(resources ?? '').filter((sid) => !cluster.haResources.has(sid));
  if (unmanaged.length > 0) throw failure(`${failed}: cannot use unmanaged resource(s) ${unmanaged.join(', ')}.\n`);
  const nodes = options.get('nodes');
  if (nodes === '') throw failure(`${failed}: no nodes were specified\n`);
  const missing = [...parseNodes(nodes ?? '').keys()].filter((node) => !cluster.nodes.has(node)).sort();
  if (missing.length > 0) throw failure(`${failed}: cannot use non-existent node(s) ${missing.join(', ')}.\n`);
}

function checkFeasible(cluster: Cluster, rule: string, options: Options, failed: string): void {
  const wrong = infeasible(cluster, new Map([...cluster.haRules, [rule, options]])).get(rule);
  if (wrong !== undefined) throw failure(`${failed}: 400 Rule '${rule}' is invalid.\nresources: ${wrong.join(', ')}\n`);
}

function create(call: Call): null {
  const { cluster } = call;
  const failed = 'create ha rule failed';
  const type = String(call.parameters['type']);
  const options: Options = new Map([['type', type], ...changes(call, type)]);
  for (const name of optionsOf(type).required) if (!options.has(name)) throw failure(`missing value for required option '${name}'\n`);
  if (cluster.haRules.has(ruleOf(call))) throw failure(`${failed}: HA rule '${ruleOf(call)}' already defined\n`);
  checkNames(cluster, options, failed);
  checkFeasible(cluster, ruleOf(call), options, failed);
  cluster.haRules.set(ruleOf(call), options);
  return null;
}

function update(call: Call): null {
  const { cluster } = call;
  const failed = 'update HA rules failed';
  assertUnmodified(call, cluster.haRules, failed);
  const current = cluster.haRules.get(ruleOf(call));
  if (current === undefined) throw failure(`${failed}: HA rule '${ruleOf(call)}' does not exist\n`);
  const type = current.get('type') ?? '';
  const { all, required } = optionsOf(type);
  const changed = changes(call, type);
  checkNames(cluster, changed, failed);
  const options: Options = new Map(current);
  for (const name of splitList(String(call.parameters['delete'] ?? ''))) {
    if (!all.has(name)) throw failure(`${failed}: no such option '${name}'\n`);
    if (required.includes(name)) throw failure(`${failed}: unable to delete required option '${name}'\n`);
    if (changed.has(name)) throw failure(`${failed}: cannot set and delete property '${name}' at the same time!\n`);
    options.delete(name);
  }
  for (const [name, value] of changed) options.set(name, value);
  checkFeasible(cluster, ruleOf(call), options, failed);
  cluster.haRules.set(ruleOf(call), options);
  return null;
}

function remove(call: Call): null {
  call.cluster.haRules.delete(ruleOf(call));
  return null;
}

const PATH = '/cluster/ha/rules';
const ONE = `${PATH}/{rule}`;

/** `/cluster/ha/rules` (PVE::API2::HA::Rules). */
export const ruleRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, permissions: AUDIT, parameters: { type: optional(TYPE), resource: optional(string()) }, run: list },
  { method: 'POST', path: PATH, permissions: CHANGE, parameters: { ...OPTIONS, rule: RULE, type: TYPE, resources: RESOURCES }, run: create },
  { method: 'GET', path: ONE, permissions: AUDIT, parameters: { rule: RULE }, run: read },
  {
    method: 'PUT', path: ONE, permissions: CHANGE, run: update,
    parameters: {
      ...OPTIONS, rule: RULE, type: TYPE, resources: optional(RESOURCES), digest: optional(string({ maxLength: 64 })),
      delete: optional(string({ format: 'pve-configid-list', maxLength: 4096 })),
    },
  },
  { method: 'DELETE', path: ONE, permissions: CHANGE, parameters: { rule: RULE }, run: remove },
];
