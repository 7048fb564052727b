import { changesSomething, type Part } from '../proposal/part.ts';
import { type Proposal, type RiskLevel, riskLevels } from '../proposal/proposal.ts';
import type { Step } from '../proposal/step.ts';
import { keyOf, type Target, titleOf } from '../proposal/target.ts';

/** One thing that is done: a step, or a part of one. Policies decide about each by itself. */
export interface Deed {
  /** The operation, and for a part also those that it comes to. */
  readonly operations: readonly string[];
  /** Undefined for what only gets its place when it is made. */
  readonly target: Target | undefined;
  readonly risk: RiskLevel;
}

/** The step itself, and each of its parts that changes something. */
export function deedsOf(step: Step, proposal: Proposal): readonly Deed[] {
  return [
    { operations: [step.operation], target: step.target, risk: riskOf(step, proposal) },
    ...changing(step).map((part): Deed => ({ operations: [step.operation, ...part.operations], target: part.target, risk: riskOf(step, proposal, part.id) })),
  ];
}

/** The highest level of what is said of the proposal as a whole, of the step, and of the part; without a part, of all of them. */
function riskOf(step: Step, { risk }: Proposal, part?: string): RiskLevel {
  const levels = risk.reasons
    .filter((reason) => reason.step === undefined || (reason.step === step.id && (part === undefined || reason.part === undefined || reason.part === part)))
    .map(({ level }) => riskLevels.indexOf(level));
  return riskLevels[Math.max(0, ...levels)] ?? 'low';
}

/** How many guests are touched; one that gets its VMID only when it is made counts as well. */
export function guestsTouched(steps: readonly Step[]): number {
  const known = (target: Target | undefined): string[] => (target?.kind === 'guest' ? [String(target.vmid)] : []);
  return new Set(steps.flatMap((step) => [...known(step.target), ...changing(step).flatMap((part) => (part.target === undefined && part.operations.includes('guest.create') ? [part.id] : known(part.target)))])).size;
}

/** What has to be typed: the name (or VMID) of the one thing it is about, or how many there are. Of a step with parts, it is about the guests that it destroys. */
export function confirmationOf(steps: readonly Step[]): string {
  const targets = new Map(steps.flatMap((step) => {
    const destroyed = changing(step).flatMap((part) => (part.operations.includes('guest.destroy') && part.target !== undefined ? [part.target] : []));
    return destroyed.length > 0 ? destroyed : [step.target];
  }).map((target) => [keyOf(target), target]));
  const [only] = targets.values();
  return targets.size !== 1 || only === undefined ? String(targets.size) : titleOf(only);
}

function changing({ parts = [] }: Step): readonly Part[] {
  return parts.filter(changesSomething);
}
