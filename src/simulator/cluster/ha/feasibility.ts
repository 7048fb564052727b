import type { HaRule, NodeAffinity, ResourceAffinity } from './rule.ts';

/** What is wrong with each rule's `resources`, by the rule's id. */
export type Infeasible = ReadonlyMap<string, readonly string[]>;

const isNodeAffinity = (rule: HaRule): rule is NodeAffinity => rule.type === 'node-affinity';
const isPositive = (rule: ResourceAffinity): boolean => rule.affinity === 'positive';

/** Positive rules that share resources act as one. */
interface Together {
  readonly rules: string[];
  readonly resources: Set<string>;
}

function mergeConnected(rules: readonly ResourceAffinity[]): Together[] {
  let groups: Together[] = [];
  for (const { rule, resources } of rules) {
    const touching = groups.filter((group) => !group.resources.isDisjointFrom(resources));
    groups = [...groups.filter((group) => !touching.includes(group)), {
      rules: [...touching.flatMap((group) => group.rules), rule],
      resources: touching.reduce((all, group) => all.union(group.resources), new Set(resources)),
    }];
  }
  return groups;
}

/**
 * The rules that cannot hold, by themselves or together with others, with Proxmox's words (PVE::HA::Rules and its plugins, whose checks
 * these are, in their order).
 * @param nodes names of the cluster's nodes
 */
export function infeasibleRules(rules: readonly HaRule[], nodes: readonly string[]): Infeasible {
  const found = new Map<string, string[]>();
  const tell = (rule: string, message: string): void => void found.set(rule, [...(found.get(rule) ?? []), message]);
  const onNodes = rules.filter(isNodeAffinity);
  const onResources = rules.filter((rule): rule is ResourceAffinity => rule.type === 'resource-affinity');
  const positive = onResources.filter(isPositive);
  const negative = onResources.filter((rule) => !isPositive(rule));
  checkNodeRules(onNodes, tell);
  checkResourceRules(onResources, positive, negative, nodes.length, tell);
  checkPriorities(onResources, onNodes, tell);
  checkOneNodeRule(positive, onNodes, tell);
  checkRoom(negative, onNodes, tell);
  return found;
}

type Tell = (rule: string, message: string) => void;

function checkNodeRules(rules: readonly NodeAffinity[], tell: Tell): void {
  for (const { rule, resources } of rules) {
    for (const sid of [...resources].sort()) {
      if (rules.some((other) => other.rule !== rule && other.resources.has(sid))) tell(rule, `resource '${sid}' is already used in another node affinity rule`);
    }
  }
}

function checkResourceRules(rules: readonly ResourceAffinity[], positive: readonly ResourceAffinity[], negative: readonly ResourceAffinity[], nodes: number, tell: Tell): void {
  for (const { rule, resources } of rules) if (resources.size < 2) tell(rule, 'rule is ineffective as there are less than two resources');
  for (const { rule, resources } of negative) if (resources.size > nodes) tell(rule, 'rule defines more resources than available nodes');
  for (const together of mergeConnected(positive)) {
    for (const apart of negative) {
      if (together.resources.intersection(apart.resources).size < 2) continue;
      tell(apart.rule, 'rule shares two or more resources with a positive resource affinity rule');
      for (const rule of together.rules) tell(rule, 'rule shares two or more resources with a negative resource affinity rule');
    }
  }
}

function checkPriorities(onResources: readonly ResourceAffinity[], onNodes: readonly NodeAffinity[], tell: Tell): void {
  for (const { rule, resources } of onResources) {
    const paired = onNodes.filter((other) => !other.resources.isDisjointFrom(resources));
    if (!paired.some(({ nodes }) => new Set(nodes.values()).size > 1)) continue;
    tell(rule, 'resources are in node affinity rules with multiple priorities');
    for (const other of paired) tell(other.rule, 'resources are in a resource affinity rule and cannot be in a node affinity rule with multiple priorities');
  }
}

function checkOneNodeRule(positive: readonly ResourceAffinity[], onNodes: readonly NodeAffinity[], tell: Tell): void {
  for (const together of mergeConnected(positive)) {
    const paired = onNodes.filter((rule) => !rule.resources.isDisjointFrom(together.resources));
    if (paired.length < 2) continue;
    for (const rule of together.rules) tell(rule, 'resources are in multiple node affinity rules');
    for (const { rule } of paired) tell(rule, 'at least one resource is in a positive resource affinity rule and there are other resources in at least one other node affinity rule already');
  }
}

function checkRoom(negative: readonly ResourceAffinity[], onNodes: readonly NodeAffinity[], tell: Tell): void {
  for (const { rule, resources } of negative) {
    const paired = onNodes.filter((other) => !other.resources.isDisjointFrom(resources));
    const located = paired.reduce((all, other) => all.union(other.resources.intersection(resources)), new Set<string>());
    const allowed = paired.reduce((all, other) => all.union(new Set(other.nodes.keys())), new Set<string>());
    if (allowed.size >= located.size) continue;
    tell(rule, 'two or more resources are restricted to less nodes than available to the resources');
    for (const other of paired) {
      tell(other.rule, 'at least one resource is in a negative resource affinity rule and this rule would restrict these to less nodes than available to the resources');
    }
  }
}
