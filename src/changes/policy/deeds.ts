import type { GuestRow } from '../../inventory/index.ts';
import { type Circumstances, guestsOn, poweredTogether, text } from '../operations/index.ts';
import { changesSomething, type Part } from '../proposal/part.ts';
import { type Proposal, type RiskLevel, riskLevels } from '../proposal/proposal.ts';
import type { Step } from '../proposal/step.ts';
import { keyOf, type Target, titleOf } from '../proposal/target.ts';

/** What of the cluster a policy looks at besides the proposal. */
export type Guests = Pick<Circumstances, 'rows' | 'guest'>;

/** One thing that is done: a step, or a part of one, to one thing. Policies decide about each by itself. */
export interface Deed {
  /** The operation, and for a part or a guest of many also those that it comes to. */
  readonly operations: readonly string[];
  readonly risk: RiskLevel;
  /** The pool that it is in, or comes into. */
  readonly pool: string | undefined;
  readonly tags: readonly string[];
}

/** The step itself, each guest it takes along, where it puts what it makes, and each of its parts that changes something. */
export function deedsOf(step: Step, proposal: Proposal, guests: Guests): readonly Deed[] {
  const itself: Deed = { operations: [step.operation], risk: riskOf(step, proposal), ...belonging(step.target, guests, step) };
  const pool = text(step.parameters, 'pool');
  return [
    itself,
    // A clone comes into another pool than its source is in.
    ...(pool === undefined || pool === itself.pool ? [] : [{ ...itself, pool }]),
    ...takenAlong(step, guests).map(({ row, operations }): Deed => ({ ...itself, operations: [step.operation, ...operations], pool: row.pool, tags: row.tags })),
    ...changing(step).map((part): Deed => ({ operations: [step.operation, ...part.operations], risk: riskOf(step, proposal, part.id), ...belonging(part.target, guests) })),
  ];
}

/** A guest that is made has no row yet: its pool and tags are those it is to get. */
function belonging(target: Target | undefined, { guest }: Guests, made?: Step): Pick<Deed, 'pool' | 'tags'> {
  if (target?.kind === 'pool') return { pool: target.pool, tags: [] };
  const row = target?.kind === 'guest' ? guest(target.vmid) : undefined;
  if (row !== undefined || made === undefined) return { pool: row?.pool, tags: row?.tags ?? [] };
  return { pool: text(made.parameters, 'pool'), tags: (text(made.parameters, 'tags') ?? '').split(/[,; ]+/).filter(Boolean) };
}

/** The guests that a step about a node or a pool takes along, and what that comes to for them. */
function takenAlong({ operation, target, parameters }: Step, guests: Guests): readonly { readonly row: GuestRow; readonly operations: readonly string[] }[] {
  const those = (rows: readonly GuestRow[], ...operations: string[]): ReturnType<typeof takenAlong> => rows.map((row) => ({ row, operations }));
  if (target.kind === 'pool') return those((text(parameters, 'vms') ?? '').split(/[,; ]+/).flatMap((vmid) => guests.guest(Number(vmid)) ?? []));
  if (target.kind !== 'node') return [];
  const up = ({ status }: GuestRow): boolean => status !== 'stopped' && status !== 'unknown';
  switch (operation) {
    case 'node.start-all': return those(poweredTogether(target, parameters, guests).filter((row) => !up(row)), 'guest.start');
    case 'node.stop-all': return those(poweredTogether(target, parameters, guests).filter(up), 'guest.shutdown');
    case 'node.reboot':
    case 'node.shutdown': return those(guestsOn(target, {}, guests).filter(up), 'guest.shutdown');
    default: return [];
  }
}

/** The highest level of what is said of the proposal as a whole, of the step, and of the part; without a part, of all of them. */
function riskOf(step: Step, { risk }: Proposal, part?: string): RiskLevel {
  const levels = risk.reasons
    .filter((reason) => reason.step === undefined || (reason.step === step.id && (part === undefined || reason.part === undefined || reason.part === part)))
    .map(({ level }) => riskLevels.indexOf(level));
  return riskLevels[Math.max(0, ...levels)] ?? 'low';
}

/** How many guests are touched; one that gets its VMID only when it is made counts as well. */
export function guestsTouched(steps: readonly Step[], guests: Guests): number {
  const known = (target: Target | undefined): string[] => (target?.kind === 'guest' ? [String(target.vmid)] : []);
  return new Set(steps.flatMap((step) => [...known(step.target), ...takenAlong(step, guests).map(({ row }) => String(row.vmid)), ...changing(step).flatMap((part) => (part.target === undefined && part.operations.includes('guest.create') ? [part.id] : known(part.target)))])).size;
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
