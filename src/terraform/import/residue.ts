import type { Consequence, ConsequenceKind } from '../../changes/index.ts';
import { effectOf, factsOfPlan, pathText, type PlanFacts, readPlanJson, type ResourceChange } from '../plan/index.ts';

/** What a plan would still do to a resource that was only to be taken over. */
export interface Residue {
  readonly address: string;
  /** Terraform's words: `update`, `create`, `delete`; two of them replace the resource. */
  readonly actions: readonly string[];
  /** What the resource is imported by (`pve1/100`); undefined if it is not imported. */
  readonly importId: string | undefined;
  readonly attributes: readonly ResidueAttribute[];
  /** What applying it means for the guest as a whole, gravest first; none where nothing that runs is touched. */
  readonly consequences: readonly Consequence[];
  /** Whether the guest is off when it is applied. */
  readonly off: boolean;
}

export interface ResidueAttribute {
  /** As in `ignore_changes`: `cpu[0].cores`. */
  readonly path: string;
  /** What the cluster has; undefined where there is nothing or it is secret. */
  readonly before: unknown;
  /** What the code says. */
  readonly after: unknown;
  /** Whether the value becomes known only when the plan is applied. */
  readonly unknown: boolean;
  readonly sensitive: boolean;
  /** Whether this makes Terraform replace the resource. */
  readonly replaces: boolean;
  /** What applying it means for the guest, `nothing` if it goes on running as it does; undefined where there is no guest that is changed in place. */
  readonly consequence: ConsequenceKind | undefined;
  /** What is to be said of the consequence; a clause: “its volume stays as an unused one”. */
  readonly because: string | undefined;
}

/**
 * What is not as it is on the cluster, per resource and attribute, and what it would mean to apply it; empty when the plan only imports.
 * @param planJson what `terraform show -json <plan file>` prints
 * @throws {UnknownPlanFormat} for a major version of the format other than 1
 */
export function residueOf(planJson: string): Residue[] {
  const plan = readPlanJson(planJson);
  const facts = factsOfPlan(plan);
  return plan.resource_changes.flatMap((change) => changesOf(change, facts));
}

function changesOf(resourceChange: ResourceChange, facts: PlanFacts): Residue[] {
  const { address, mode, change } = resourceChange;
  if (mode === 'data' || change.actions.every((action) => action === 'no-op' || action === 'read')) return [];
  const { attributes, consequences, off } = effectOf(resourceChange, facts);
  return [{
    address,
    actions: change.actions,
    importId: change.importing?.id,
    attributes: attributes.map(({ difference: { path, before, after, sensitive, ...rest }, meaning }): ResidueAttribute => ({
      path: pathText(path), ...rest, sensitive, before: sensitive ? undefined : before, after: sensitive ? undefined : after, consequence: meaning?.kind, because: meaning?.why,
    })),
    consequences,
    off,
  }];
}
