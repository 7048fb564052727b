import type { AttributeChange, ConsequenceKind, Part, PartAction, Target } from '../../changes/index.ts';
import { capacityOf } from './capacity.ts';
import { changingOf, type PlanFacts } from './changing.ts';
import { type Changing, consequencesOf, isStoppedHard, meaningOf } from './consequences.ts';
import { pathText, withoutSensitive } from './differences.ts';
import { type PlanJson, priorResources, type ResourceChange, type StateResource } from './plan-json.ts';
import { blocks, ruleFor, type Values } from './rules/rule.ts';
import { ruleTables } from './rules/tables.ts';
import { kindOf, needsIn, nodeOf, type SubjectKind, subjectOf } from './subjects.ts';

/**
 * A plan as the parts of a step: one for each resource to which something is done, with what that means for the guest that runs now. Nothing
 * that Terraform marks as sensitive is in it.
 */
export function partsOf(plan: PlanJson, facts: PlanFacts): readonly Part[] {
  const dependencies = new Dependencies(plan);
  return plan.resource_changes.flatMap((change) => {
    const action = actionOf(change);
    return action === undefined ? [] : [partOf(change, action, facts, dependencies)];
  });
}

/** Undefined where nothing happens. */
export function actionOf({ change: { actions, importing }, mode }: Pick<ResourceChange, 'change' | 'mode'>): PartAction | undefined {
  const has = (action: string): boolean => actions.includes(action);
  if (has('create') && (has('delete') || has('forget'))) return 'replace';
  if (has('create')) return 'create';
  if (has('update')) return 'update';
  if (has('delete')) return 'destroy';
  if (has('forget')) return 'forget';
  if (has('read')) return mode === 'data' ? 'read' : undefined;
  return importing === undefined ? undefined : 'import';
}

/** The id of a resource's part. What an interrupted replacement left behind has the same address as what replaced it. */
export const partId = ({ address, deposed }: Pick<ResourceChange, 'address' | 'deposed'>): string => (deposed === undefined ? address : `${address} (deposed ${deposed})`);

function partOf(resourceChange: ResourceChange, action: PartAction, facts: PlanFacts, dependencies: Dependencies): Part {
  const { changing, before, after, target } = changingOf(resourceChange, action, facts);
  const { type, kind, name, differences, resource: { up } } = changing;
  const consequences = consequencesOf(changing);
  const { change } = resourceChange;
  // An address to download from may have a token in it.
  const shown = after === undefined ? withoutSensitive(before, change.before_sensitive) : withoutSensitive(after, change.after_sensitive);
  const starts = action !== 'update' || up === undefined ? isStarted(type, after) : up && !(before?.['started'] === true && after?.['started'] === false);
  return {
    id: partId(resourceChange),
    action,
    description: sentence(action, kind, name, nodeOf(after ?? before), shown),
    ...(target === undefined ? {} : { target }),
    needs: unique([...(action === 'destroy' || action === 'forget' ? [] : needsIn(kind, after)), ...needsIn(kind, before), ...dependencies.of(resourceChange.address)], target),
    operations: operationsOf(changing, consequences.map((each) => each.kind)),
    attributes: differences.map(({ path, before: old, after: now, unknown, sensitive, replaces }): AttributeChange => {
      const meaning = action === 'update' ? meaningOf(changing, { path, before: old, after: now, unknown, sensitive, replaces }).kind : 'nothing';
      return {
        path: pathText(path) || 'value',
        ...(sensitive || isNothing(old) ? {} : { before: old as AttributeChange['before'] }), ...(sensitive || isNothing(now) ? {} : { after: now as AttributeChange['after'] }),
        ...(unknown && { unknown }), ...(sensitive && { sensitive }), ...(replaces && { replaces }), ...(meaning === 'nothing' ? {} : { consequence: meaning }),
      };
    }),
    consequences: [...consequences],
    ...(action === 'create' || action === 'update' || action === 'replace' || action === 'destroy'
      ? capacityOf(kind, before, after, { before: up === true, after: starts })
      : { nodes: [], storages: [] }),
  };
}

/** Whether a resource that is made runs afterwards: what has no `started` is not started. */
function isStarted(type: string, after: Values | undefined): boolean {
  return ruleFor(ruleTables[type] ?? [], ['started']) !== undefined && (after?.['started'] ?? true) === true && after?.['template'] !== true;
}

const isNothing = (value: unknown): boolean => value === undefined || value === null;

function sentence(action: PartAction, kind: SubjectKind, name: string, node: string | undefined, values: Values | undefined): string {
  const told = (...names: readonly string[]): string | undefined => names.map((each) => values?.[each]).find((value) => typeof value === 'string');
  const on = (kind === 'qemu' || kind === 'lxc') && node !== undefined ? ` on ${node}` : '';
  switch (action) {
    case 'create': return kind === 'download' ? `Download ${told('file_name', 'url') ?? 'a file'} to ${told('datastore_id') ?? 'a storage'} on ${node ?? 'its node'}` : `Create ${name}${on}`;
    case 'update': return `Change ${name}${on}`;
    case 'replace': return `Destroy ${name} and make it anew${on}`;
    case 'destroy': return `Destroy ${name}${on}`;
    case 'import': return `Take over ${name}${on} as it is`;
    case 'read': return `Read ${name}`;
    case 'forget': return `Leave ${name}${on} alone from now on`;
  }
}

function operationsOf({ kind, action, differences, resource }: Changing, consequences: readonly ConsequenceKind[]): string[] {
  const made = action === 'create' || action === 'replace';
  const gone = action === 'destroy' || action === 'replace';
  if (kind === 'download' || kind === 'file') return [...(gone ? ['volume.delete'] : []), ...(made ? [kind === 'file' ? 'storage.upload' : 'storage.download-url'] : [])];
  if (kind !== 'qemu' && kind !== 'lxc') return [];
  if (action === 'update') {
    const changes = (name: string, attribute?: string): boolean => differences.some(({ path }) => path[0] === name && (attribute === undefined || path[2] === attribute));
    const off = differences.some(({ path, after }) => path[0] === 'started' && after === false);
    const stopped = consequences.includes('restart') ? (off ? ['guest.shutdown'] : [isStoppedHard({ kind, resource }) ? 'guest.stop' : 'guest.shutdown', 'guest.start']) : [];
    return [
      'guest.configure', ...(consequences.includes('reboot') ? ['guest.reboot'] : []), ...stopped, ...(changes('node_name') ? ['guest.migrate'] : []),
      ...(changes('disk', 'size') || changes('disk', 'size_gb') ? ['guest.resize-disk'] : []), ...(changes('disk', 'datastore_id') ? ['guest.move-disk'] : []), ...(changes('template') ? ['guest.template'] : []),
    ];
  }
  return [...(gone ? ['guest.destroy'] : []), ...(made ? ['guest.create', ...(blocks(resource.after, 'clone').length > 0 ? ['guest.clone'] : [])] : [])];
}

function unique(targets: readonly Target[], except: Target | undefined): Target[] {
  const key = (target: Target): string => JSON.stringify({ ...target, name: undefined });
  const found = new Map(targets.map((target) => [key(target), target]));
  if (except !== undefined) found.delete(key(except));
  return [...found.values()];
}

/** What a resource is made from, as the state tells: other resources, by their addresses without the keys of instances. */
class Dependencies {
  readonly #resources: ReadonlyMap<string, readonly StateResource[]>;

  constructor(plan: PlanJson) {
    this.#resources = Map.groupBy(priorResources(plan), ({ address }) => withoutKeys(address));
  }

  /** Targets of all that it depends on, directly or not. */
  of(address: string): readonly Target[] {
    const seen = new Set<string>();
    const walk = (key: string): void => {
      for (const each of (this.#resources.get(key) ?? []).flatMap(({ depends_on = [] }) => depends_on)) {
        if (seen.has(each)) continue;
        seen.add(each);
        walk(each);
      }
    };
    walk(withoutKeys(address));
    return [...seen].flatMap((key) => (this.#resources.get(key) ?? []).flatMap(({ type, values, mode }) => (mode === 'data' ? [] : (subjectOf(kindOf(type), values) ?? []))));
  }
}

const withoutKeys = (address: string): string => address.replaceAll(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');
