import { type Decision, operationByName, type Proposal, type Step } from '../../changes/index.ts';
import { counted, formatBytes, naturalOrder, visible } from '../text/index.ts';
import type { CapacityBar, ReviewView, StepGroup, StepView } from './messages.ts';
import { partView } from './part-view.ts';

/** More steps than this are put together by operation. */
export const GROUP_ABOVE = 25;
/** A resource that is fuller than this afterwards is pointed out. */
const TIGHT = 0.9;
const LONG = 500;

/** A node's or storage's whole, where the proposal does not say it. */
export interface Wholes {
  /** CPUs and bytes. */
  readonly node: (node: string) => { readonly cpus?: number | undefined; readonly memory?: number | undefined } | undefined;
}

/** What the page shows of a proposal. */
export function reviewView(proposal: Proposal, decision: Decision, about: { readonly connection: string; readonly canRehearse: boolean; readonly wholes?: Wholes }): ReviewView {
  const { risk, effect, safeguards, steps, summary } = proposal;
  return {
    summary: visible(summary),
    context: [visible(about.connection, 60), askedBy(proposal)].filter(Boolean).join(' · '),
    risk: { level: risk.level, reasons: risk.reasons.map(({ level, text }) => ({ level, text: visible(text, LONG) })) },
    policy: { demand: decision.demand, reasons: decision.reasons.map((reason) => visible(reason, LONG)) },
    ...(decision.demand === 'type-the-name' && decision.confirmation !== undefined && { confirmation: decision.confirmation }),
    groups: stepGroups(steps),
    safeguards: safeguards.map(({ id, label, recommended }) => ({ id, label: visible(label, LONG), recommended, required: decision.required.includes(id) })),
    interruptions: effect.interruptions.map((text) => visible(text, LONG)),
    losses: effect.losses.map((text) => visible(text, LONG)),
    capacity: capacityBars(proposal, about.wholes),
    ...(effect.cost !== undefined && { cost: costText(effect.cost) }),
    canRehearse: about.canRehearse,
  };
}

/** Steps as they run; many of them by operation, in the order in which each operation first comes. */
export function stepGroups(steps: readonly Step[]): readonly StepGroup[] {
  if (steps.length <= GROUP_ABOVE) return [{ steps: steps.map(stepView) }];
  return [...Map.groupBy(steps, ({ operation }) => operation)].map(([operation, members]) => ({
    title: `${operationByName(operation)?.title ?? visible(operation, 60)} (${counted(members.length, 'step')})`,
    steps: members.map(stepView),
  }));
}

function stepView({ id, description, inverse, safeguard, parts }: Step): StepView {
  return { id, description: visible(description, LONG), reversible: inverse !== undefined, safeguard: safeguard === true, ...(parts !== undefined && { parts: parts.toSorted((a, b) => naturalOrder(a.id, b.id)).map(partView) }) };
}

function askedBy({ origin, surface }: Proposal): string {
  switch (origin) {
    case 'person': return '';
    case 'assistant': return `asked for by an assistant (${visible(surface, 40)})`;
    case 'mcp': return `asked for over MCP (${visible(surface, 40)})`;
    case 'console': return 'asked for in a console';
  }
}

function capacityBars({ effect }: Proposal, wholes: Wholes | undefined): readonly CapacityBar[] {
  const plain = (count: number): string => count.toLocaleString('en-GB', { maximumFractionDigits: 2 });
  const nodes = effect.nodes.flatMap(({ node, cpus, memory }) => {
    const whole = wholes?.node(node);
    return [
      // More CPUs than there are is common: it is not what makes a node full.
      bar(`CPUs on ${visible(node, 60)}`, cpus, whole?.cpus, plain, { fills: false }),
      bar(`Memory on ${visible(node, 60)}`, memory, whole?.memory, formatBytes),
    ];
  });
  const storages = effect.storages.map(({ storage, node, bytes, total }) => bar(`${visible(storage, 60)} on ${visible(node, 60)}`, bytes, total, formatBytes));
  return [...nodes, ...storages].filter((each) => each !== undefined);
}

/** Undefined when nothing changes. */
function bar(label: string, { before, after }: { readonly before: number; readonly after: number }, whole: number | undefined, format: (value: number) => string, { fills = true } = {}): CapacityBar | undefined {
  if (before === after) return undefined;
  const known = whole !== undefined && whole > 0;
  const all = known ? whole : Math.max(before, after);
  const part = (value: number): number => (all <= 0 ? 0 : Math.min(1, Math.max(0, value / all)));
  const tight = fills && known && after / all > TIGHT && after > before;
  return { label, text: `${format(before)} → ${format(after)}${known ? ` of ${format(all)}` : ''}${!tight ? '' : after > all ? ', more than there is' : ', nearly full'}`, before: part(before), after: part(after), tight };
}

function costText({ currency, before, after }: NonNullable<Proposal['effect']['cost']>): string {
  const difference = after - before;
  return `${before.toFixed(2)} → ${after.toFixed(2)} ${visible(currency, 10)} a month (${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(2)})`;
}
