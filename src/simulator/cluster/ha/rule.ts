import type { Options } from '../../../pve/config/index.ts';
import { splitList } from '../../api/formats.ts';
import type { Cluster } from '../../state/cluster.ts';

export interface NodeAffinity {
  readonly type: 'node-affinity';
  readonly rule: string;
  readonly resources: ReadonlySet<string>;
  /** Priority by node; without one it is 0. */
  readonly nodes: ReadonlyMap<string, number>;
  readonly strict: boolean;
}

export interface ResourceAffinity {
  readonly type: 'resource-affinity';
  readonly rule: string;
  readonly resources: ReadonlySet<string>;
  readonly affinity: 'positive' | 'negative';
}

export type HaRule = NodeAffinity | ResourceAffinity;

/** `pve1:2,pve2` → priorities. */
export function parseNodes(text: string): Map<string, number> {
  return new Map(splitList(text).map((item) => [item.split(':')[0] ?? '', Number(item.split(':')[1] ?? 0)]));
}

/** Sorted, without priorities of 0: as the file is written. */
export function printNodes(nodes: ReadonlyMap<string, number>): string {
  return [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([node, priority]) => (priority > 0 ? `${node}:${priority}` : node)).join(',');
}

export const printResources = (resources: Iterable<string>): string => [...resources].sort().join(',');

/** A section of `rules.cfg`. @param options with its `type` */
export function readRule(rule: string, options: Options): HaRule {
  const resources = new Set(splitList(options.get('resources') ?? ''));
  if (options.get('type') === 'resource-affinity') return { type: 'resource-affinity', rule, resources, affinity: options.get('affinity') === 'positive' ? 'positive' : 'negative' };
  const strict = options.has('strict') && options.get('strict') !== '0';
  return { type: 'node-affinity', rule, resources, nodes: parseNodes(options.get('nodes') ?? ''), strict };
}

export const isDisabled = (options: Options): boolean => options.has('disable') && options.get('disable') !== '0';

/** The rules in force. */
export function activeRules({ haRules }: Pick<Cluster, 'haRules'>): HaRule[] {
  return [...haRules].filter(([, options]) => !isDisabled(options)).map(([rule, options]) => readRule(rule, options));
}
