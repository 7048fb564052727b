import type { Consequence } from '../../changes/index.ts';
import { changingOf, type PlanFacts } from './changing.ts';
import { consequencesOf, meaningOf } from './consequences.ts';
import type { Difference } from './differences.ts';
import { actionOf } from './parts.ts';
import type { PlanJson, ResourceChange } from './plan-json.ts';
import type { Meaning, Values } from './rules/rule.ts';
import { vmidOf } from './subjects.ts';

/** What a change would do to the guest that runs now. */
export interface Effect {
  readonly attributes: readonly {
    readonly difference: Difference;
    /** Undefined where the resource is no guest, or is not changed in place. */
    readonly meaning: Meaning | undefined;
  }[];
  /** Whole sentences, gravest first; none where nothing that runs is touched. */
  readonly consequences: readonly Consequence[];
  /** Whether the guest is to be off afterwards. */
  readonly off: boolean;
}

/** By the same rules as a plan's review. */
export function effectOf(change: ResourceChange, facts: PlanFacts): Effect {
  const action = actionOf(change) ?? 'read';
  const { changing } = changingOf(change, action, facts);
  const { kind, differences, resource: { after } } = changing;
  const inPlace = action === 'update' && (kind === 'qemu' || kind === 'lxc');
  return {
    attributes: differences.map((difference) => ({ difference, meaning: inPlace ? meaningOf(changing, difference) : undefined })),
    consequences: consequencesOf(changing),
    off: after['started'] === false || after['template'] === true,
  };
}

/** What a plan itself tells: the provider has just read whether each guest runs. Of a template it does not say, and a template cannot. */
export function factsOfPlan({ resource_changes }: PlanJson): PlanFacts {
  const up = new Map<number | undefined, boolean>();
  for (const { change } of resource_changes) {
    const before = (change.before ?? undefined) as Values | undefined;
    if (before?.['template'] === true) up.set(vmidOf(before), false);
    else if (typeof before?.['started'] === 'boolean') up.set(vmidOf(before), before['started']);
  }
  return { isUp: (vmid) => up.get(vmid), nameOf: () => undefined };
}
