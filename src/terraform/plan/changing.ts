import type { PartAction, Target } from '../../changes/index.ts';
import { nameOf } from '../../changes/index.ts';
import type { Changing } from './consequences.ts';
import { differencesOf } from './differences.ts';
import type { ResourceChange } from './plan-json.ts';
import type { Values } from './rules/rule.ts';
import { kindOf, nameIn, type SubjectKind, subjectOf, vmidOf } from './subjects.ts';

/** What has to be known of the cluster beside the plan. */
export interface PlanFacts {
  /** Whether the guest is up; undefined when there is none of that VMID, or nobody knows. */
  readonly isUp: (vmid: number) => boolean | undefined;
  /** Its name on the cluster. */
  readonly nameOf: (vmid: number) => string | undefined;
}

/** A resource as it is changed, and what of the cluster that is. */
export interface ChangingSubject {
  readonly changing: Changing;
  readonly before: Values | undefined;
  readonly after: Values | undefined;
  readonly target: Target | undefined;
}

export function changingOf({ address, type, change }: ResourceChange, action: PartAction, facts: PlanFacts): ChangingSubject {
  const kind = kindOf(type);
  const [before, after] = [valuesOf(change.before), valuesOf(change.after)];
  const vmid = vmidOf(before) ?? vmidOf(after);
  const up = (kind === 'qemu' || kind === 'lxc') && vmid !== undefined && before !== undefined ? facts.isUp(vmid) : false;
  const target = named(subjectOf(kind, before ?? after) ?? subjectOf(kind, after), facts);
  const name = target === undefined || target.kind === 'node' || target.kind === 'project' ? unplaced(kind, after ?? before, address) : wordsOf(target);
  const differences = differencesOf(change);
  return { changing: { type, kind, action, name, differences, resource: { before: before ?? {}, after: after ?? {}, up } }, before, after, target };
}

const valuesOf = (value: unknown): Values | undefined => (typeof value === 'object' && value !== null ? (value as Values) : undefined);

/** With the name that it has on the cluster. */
function named(target: Target | undefined, facts: PlanFacts): Target | undefined {
  if (target?.kind !== 'guest') return target;
  const name = facts.nameOf(target.vmid) ?? target.name;
  return name === undefined || name === '' ? target : { ...target, name };
}

function wordsOf(target: Exclude<Target, { kind: 'node' | 'project' }>): string {
  switch (target.kind) {
    case 'guest': return nameOf(target);
    case 'pool': return `pool ${target.pool}`;
    case 'volume': return target.volid;
    case 'storage': return `a file on ${target.storage}`;
  }
}

/** What gets its place only when it is made. */
function unplaced(kind: SubjectKind, values: Values | undefined, address: string): string {
  const name = nameIn(values);
  return (kind === 'qemu' || kind === 'lxc') && name !== undefined ? `${kind === 'qemu' ? 'VM' : 'container'} ${name}` : address;
}
