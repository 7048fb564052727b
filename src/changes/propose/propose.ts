import { randomUUID } from 'node:crypto';
import { type Asking, Refusal, type Wish } from '../door.ts';
import { type Circumstances, type EffectPart, operationByName, type OperationLookup, type ProposableOperation, takes } from '../operations/index.ts';
import { type Proposal, type RiskLevel, riskLevels, type RiskReason, type Safeguard } from '../proposal/proposal.ts';
import type { Step, StepParameters } from '../proposal/step.ts';
import { type Target, titleOf } from '../proposal/target.ts';
import { capacityRisks, type Prices, totalEffect } from './capacity.ts';
import { missingPrivileges, needs } from './offered.ts';
import { StepOrder } from './order.ts';
import { Succession } from './succession.ts';
import { summarise } from './summary.ts';

/** So many reasons of a refusal are told; of the others, their number. */
const TOLD = 10;

/**
 * Makes a proposal of what is wished. Pure but for the proposal's id: asks nobody, and is quick for thousands of wishes.
 * @throws Refusal with the reason of each wish that cannot be granted; then nothing is proposed
 */
export function propose(asking: Asking, wishes: readonly Wish[], circumstances: Circumstances, prices?: Prices, id: string = randomUUID(), operationOf: OperationLookup = operationByName): Proposal {
  const steps: Step[] = [];
  const reasons: RiskReason[] = [];
  const effects: EffectPart[] = [];
  const refusals: string[] = [];
  const safeguards = new Map<string, Safeguard>();
  const order = new StepOrder();
  const succession = new Succession(circumstances);
  const ids = new Map<string, number>();

  for (const wish of wishes) {
    const operation = operationOf(wish.operation);
    if (operation === undefined || !takes(operation, wish.target)) {
      refusals.push(operation === undefined ? `There is no operation “${wish.operation}”.` : `“${operation.title}” is not for a ${wish.target.kind}.`);
      continue;
    }
    const target = located(operation, wish.target, succession.now);
    const parameters = operation.complete?.(target, wish.parameters ?? {}, succession.now) ?? wish.parameters ?? {};
    const description = operation.describe(target, parameters);
    const refusal = refusalOf(operation, target, parameters, succession.now);
    if (refusal !== undefined) {
      refusals.push(refusal.privilege ? `${description}: ${refusal.text}` : refusal.text);
      continue;
    }
    const stepId = unique(idOf(operation, target), ids);
    const inverse = operation.inverse(target, parameters, succession.now);
    const parts = circumstances.parts(wish.target);
    const step: Step = { id: stepId, driver: operation.driver ?? 'api', operation: operation.name, target, parameters, description, after: order.place(stepId, target, parameters), ...(inverse === undefined ? {} : { inverse }), ...(parts.length === 0 ? {} : { parts: [...parts] }) };
    // How dangerous it is depends on how things stand when it is reviewed, not on what steps before have then made of it.
    for (const reason of operation.risk(target, parameters, circumstances)) reasons.push({ ...reason, step: stepId });
    effects.push(operation.effect(target, parameters, succession.now));
    for (const offer of operation.safeguards(target, parameters, succession.now)) addSafeguard(safeguards, offer, stepId);
    steps.push(step);
    succession.add(step);
  }
  if (refusals.length > 0) throw new Refusal(refusals.length > TOLD ? [...refusals.slice(0, TOLD), `And ${refusals.length - TOLD} more.`] : refusals);
  if (steps.length === 0) throw new Refusal(['Nothing was asked for.']);

  const effect = totalEffect(effects, circumstances, prices);
  reasons.push(...capacityRisks(effect, circumstances));
  return {
    version: 1,
    id,
    created: new Date(circumstances.now).toISOString(),
    connection: circumstances.connectionId,
    origin: asking.origin,
    surface: asking.surface,
    summary: summarise(steps),
    steps,
    risk: { level: highest(reasons), reasons },
    safeguards: [...safeguards.values()],
    effect,
  };
}

function refusalOf(operation: ProposableOperation, target: Target, parameters: StepParameters, circumstances: Circumstances): { readonly text: string; readonly privilege: boolean } | undefined {
  const missing = missingPrivileges(operation.privileges(target, parameters, circumstances), circumstances);
  if (missing.length > 0) return { text: needs(missing), privilege: true };
  const text = operation.refusal(target, parameters, circumstances);
  return text === undefined ? undefined : { text, privilege: false };
}

/** The target with the name and place the inventory knows; new guests stay where they are wished. */
function located(operation: ProposableOperation, target: Target, { guest }: Circumstances): Target {
  if (target.kind !== 'guest' || operation.name === 'guest.create' || operation.name === 'guest.restore') return target;
  const row = guest(target.vmid);
  if (row === undefined || row.kind !== target.type) return target;
  return { ...target, node: row.node, ...(row.name === '' ? {} : { name: row.name }) };
}

function idOf({ name }: ProposableOperation, target: Target): string {
  const of = target.kind === 'guest' ? String(target.vmid) : titleOf(target);
  return `${name.slice(name.indexOf('.') + 1)}-${of}`.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/-$/, '');
}

function unique(id: string, ids: Map<string, number>): string {
  const count = (ids.get(id) ?? 0) + 1;
  ids.set(id, count);
  // A step that is called “start-100-2” by itself must not meet the second “start-100”.
  return count === 1 ? id : unique(`${id}-${count}`, ids);
}

function addSafeguard(safeguards: Map<string, Safeguard>, offer: Pick<Safeguard, 'label' | 'recommended' | 'action'>, step: string): void {
  const { operation, target } = offer.action;
  const id = `${operation.slice(operation.indexOf('.') + 1)}-first-${target.kind === 'guest' ? target.vmid : ''}`;
  const known = safeguards.get(id);
  // The steps of one guest follow each other: standing before the first of them is standing before all.
  safeguards.set(id, known === undefined ? { id, ...offer, before: [step] } : { ...known, recommended: known.recommended || offer.recommended });
}

function highest(reasons: readonly RiskReason[]): RiskLevel {
  return reasons.reduce<RiskLevel>((level, reason) => (riskLevels.indexOf(reason.level) > riskLevels.indexOf(level) ? reason.level : level), 'low');
}
