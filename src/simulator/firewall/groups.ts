import { failure, parameterError } from '../api/errors.ts';
import { optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Cluster, FirewallRule } from '../state/cluster.ts';
import { assertUnmodified, withDigest } from './digest.ts';
import { ruleRoutes } from './rules.ts';
import { GROUP } from './scope.ts';

const NAME = string({ pattern: /^[A-Za-z][A-Za-z0-9\-_]+$/, minLength: 2, maxLength: 18 });
const PATH = '/cluster/firewall/groups';
const ONE = `${PATH}/{group}`;

const list = ({ firewallGroups }: Cluster): Readonly<Record<string, string>>[] =>
  [...firewallGroups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, { comment }]) => ({ group, ...(comment === undefined ? {} : { comment }) }));

const nameOf = ({ parameters }: Call): string => String(parameters['group']);

function commentOf({ parameters }: Call): { comment?: string } {
  const comment = String(parameters['comment'] ?? '').trim();
  return comment === '' ? {} : { comment };
}

function rulesOf(call: Call): FirewallRule[] {
  const group = call.cluster.firewallGroups.get(nameOf(call));
  if (group === undefined) throw failure(`no such security group '${nameOf(call)}'\n`);
  return group.rules;
}

/** All rules of cluster, nodes and guests that stand for a group. */
function* references({ firewall, nodes, guests }: Cluster, group: string): Generator<FirewallRule> {
  const all = [firewall, ...[...nodes.values()].map((node) => node.firewall), ...[...guests.values()].map((guest) => guest.firewall)];
  for (const { rules } of all) for (const rule of rules) if (rule['type'] === 'group' && rule['action'] === group) yield rule;
}

function rename(call: Call, from: string): null {
  const { firewallGroups } = call.cluster;
  assertUnmodified(call, list(call.cluster));
  const to = nameOf(call);
  const group = firewallGroups.get(from);
  if (group === undefined) throw parameterError({ group: `Security group '${from}' does not exist` });
  if (to !== from && firewallGroups.has(to)) throw parameterError({ group: `Security group '${to}' does already exist` });
  if (call.parameters['comment'] !== undefined) delete group.comment;
  Object.assign(group, commentOf(call));
  if (to === from) return null;
  firewallGroups.delete(from);
  firewallGroups.set(to.toLowerCase(), group);
  for (const rule of references(call.cluster, from)) rule['action'] = to;
  return null;
}

function create(call: Call): null {
  const from = call.parameters['rename'];
  if (from) return rename(call, String(from));
  const { firewallGroups } = call.cluster;
  if (firewallGroups.has(nameOf(call))) throw parameterError({ group: `Security group '${nameOf(call)}' already exists` });
  // The file's reader takes names in lower case.
  firewallGroups.set(nameOf(call).toLowerCase(), { ...commentOf(call), rules: [] });
  return null;
}

function remove(call: Call): null {
  if (rulesOf(call).length > 0) throw failure(`Security group '${nameOf(call)}' is not empty\n`);
  call.cluster.firewallGroups.delete(nameOf(call));
  return null;
}

/** `/cluster/firewall/groups` and the groups' rules. */
export const groupRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, permissions: { user: 'all' }, parameters: {}, run: ({ cluster }) => withDigest(list(cluster)) },
  {
    method: 'POST', path: PATH, permissions: GROUP.modify, run: create,
    parameters: { group: NAME, comment: optional(string()), rename: optional(NAME), digest: optional(string({ maxLength: 64 })) },
  },
  { method: 'DELETE', path: ONE, permissions: GROUP.modify, parameters: { group: NAME }, run: remove },
  ...ruleRoutes({ scope: GROUP, path: ONE, parameters: { group: NAME }, rulesOf }),
];
