import { api, capitalised, flag, nameOf } from '../operations/index.ts';
import type { Proposal, Safeguard } from '../proposal/proposal.ts';
import type { Step } from '../proposal/step.ts';
import type { Target } from '../proposal/target.ts';
import type { Journal } from './run.ts';

/**
 * The proposal with the ticked safeguards as steps of their own: each before the steps that it makes safe, and before what those come after on the
 * same guest. One that is stopped to be destroyed is backed up before it is stopped, not meanwhile, when the backup's lock would hinder the stop.
 */
export function withSafeguards(proposal: Proposal, ticked: readonly string[]): Proposal {
  let { steps } = proposal;
  for (const safeguard of proposal.safeguards) if (ticked.includes(safeguard.id)) steps = withGuard(steps, safeguard);
  return steps === proposal.steps ? proposal : { ...proposal, steps };
}

function withGuard(steps: Step[], { id, action, before }: Safeguard): Step[] {
  const guarded = new Set(before);
  const comesBefore = new Set<string>();
  // A step comes after earlier ones only, so that one pass from the end finds them all.
  for (const step of [...steps].reverse()) {
    if (comesBefore.has(step.id) && isSameGuest(step.target, action.target)) guarded.add(step.id);
    if (guarded.has(step.id)) for (const each of step.after) comesBefore.add(each);
  }
  const earlier = steps.slice(0, Math.max(0, steps.findIndex((step) => guarded.has(step.id))));
  // What brings the guest to where the safeguard finds it, a migration say, comes first.
  const after = earlier.filter((step) => comesBefore.has(step.id)).map((step) => step.id);
  const guard: Step = { ...action, id: `guard-${id}`, after, safeguard: true };
  return [...earlier, guard, ...steps.slice(earlier.length).map((step) => (guarded.has(step.id) ? { ...step, after: [...step.after, guard.id] } : step))];
}

function isSameGuest(a: Target, b: Target): boolean {
  return a.kind === 'guest' && b.kind === 'guest' && a.vmid === b.vmid && a.node === b.node;
}

/**
 * What a roll-back of this run does now: the inverses of what was done, last first, one after the other. Proxmox VE destroys no guest that runs: one
 * that was started as it was made is stopped before, a container by `force`, since stopping one that does not run is refused.
 * @returns actions under the ids of the steps they undo, each with a `~` behind it
 */
export function undoing({ proposal, steps }: Journal): readonly Step[] {
  return proposal.steps.filter(({ id }) => steps[id]?.state === 'done').reverse().flatMap(({ id, inverse, parameters }): Step[] => {
    if (inverse === undefined) return [];
    const { operation, target } = inverse;
    const undo: Step = { ...inverse, id: `${id}~`, after: [] };
    if (operation !== 'guest.destroy' || target.kind !== 'guest' || !flag(parameters, 'start')) return [undo];
    if (target.type === 'lxc') return [{ ...undo, parameters: { ...undo.parameters, force: true } }];
    return [{ ...api('guest.stop', target, {}, `Stop ${nameOf(target)} on ${target.node}`), id: `${id}-stop~`, after: [] }, undo];
  });
}

/** Sentences that say what a roll-back loses for good. Somebody may have worked on a new guest for weeks before its making is undone. */
export function lostByRollBack(journal: Journal): readonly string[] {
  return undoing(journal).flatMap(({ operation, target }) =>
    operation === 'guest.destroy' && target.kind === 'guest' ? [`${capitalised(nameOf(target))} is destroyed with its disks: what was written to them since is lost for good.`] : []);
}
