import { type Proposal, riskLevels } from '../proposal/proposal.ts';
import type { Step } from '../proposal/step.ts';
import { confirmationOf, type Deed, deedsOf, type Guests, guestsTouched } from './deeds.ts';
import { type Decision, type Demand, demands } from './decision.ts';
import { type Policy, type Rule, weekdays } from './schema.ts';

/** What a policy has to know besides the proposal. */
export interface Context extends Guests {
  /** Id and name of the connection. */
  readonly connection: { readonly id: string; readonly name: string };
  /** Local time. */
  readonly now: Date;
}

/** The policies in force. The file of a folder can only be stricter than what the user wants: a folder may come from anywhere. */
export interface Policies {
  readonly user: Policy | undefined;
  readonly folder: Policy | undefined;
}

interface Finding {
  readonly demand: Demand;
  readonly reason: string;
}

const gravity = (demand: Demand): number => demands.indexOf(demand);
const GiB = 1024 ** 3;

/** What is wanted before the proposal may run. Pure: the same proposal, policies and moment give the same decision. */
export function decide(proposal: Proposal, policies: Policies, context: Context): Decision {
  const steps = proposal.steps.filter(({ safeguard }) => safeguard !== true);
  const findings: Finding[] = [...steps.flatMap((step) => deedsOf(step, proposal, context)).flatMap((deed) => byDeed(deed, proposal, policies, context)), ...byOrigin(proposal)];
  for (const policy of [policies.user, policies.folder]) if (policy !== undefined) findings.push(...byWhole(proposal, steps, policy, context));
  const demand = findings.reduce<Demand>((strictest, finding) => (gravity(finding.demand) > gravity(strictest) ? finding.demand : strictest), 'allow');
  const reasons = [...findings].sort((a, b) => gravity(b.demand) - gravity(a.demand)).filter(({ demand: each }) => each !== 'allow').map(({ reason }) => reason);
  return {
    demand,
    reasons: [...new Set(reasons)],
    required: [],
    ...(demand === 'type-the-name' ? { confirmation: confirmationOf(steps) } : {}),
  };
}

/** The first rule of the user's that applies, else the default; the folder's first rule when it is stricter. */
function byDeed(deed: Deed, proposal: Proposal, { user, folder }: Policies, context: Context): Finding[] {
  const own = firstRule(user, deed, proposal, context) ?? byDefault(deed);
  const theirs = firstRule(folder, deed, proposal, context);
  return theirs === undefined ? [own] : [own, theirs];
}

function firstRule(policy: Policy | undefined, deed: Deed, proposal: Proposal, context: Context): Finding | undefined {
  const rule = policy?.rules.find((each) => applies(each, deed, proposal, context));
  return rule && { demand: rule.demand, reason: rule.reason ?? `The policy wants ${inWords[rule.demand]} for ${deed.operations[0] ?? ''}.` };
}

const inWords: Readonly<Record<Demand, string>> = { allow: 'nothing', confirm: 'a confirmation', 'type-the-name': 'the name typed', refuse: 'a refusal' };

function applies(rule: Rule, { operations, pool, tags, risk }: Deed, proposal: Proposal, { connection }: Context): boolean {
  return (
    (rule.connections === undefined || rule.connections.some((name) => name === connection.id || name === connection.name)) &&
    (rule.pools === undefined || (pool !== undefined && rule.pools.some((name) => pool === name || pool.startsWith(`${name}/`)))) &&
    (rule.tags === undefined || rule.tags.some((tag) => tags.includes(tag))) &&
    (rule.operations === undefined || rule.operations.some((pattern) => operations.some((name) => matches(pattern, name)))) &&
    (rule.origins === undefined || rule.origins.includes(proposal.origin)) &&
    (rule.risk === undefined || riskLevels.indexOf(risk) >= riskLevels.indexOf(rule.risk))
  );
}

function matches(pattern: string, name: string): boolean {
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(name);
}

/** Without a rule: destroying and everything critical asks for the name, what is medium or high for a confirmation. */
function byDefault({ operations, risk }: Deed): Finding {
  if (operations.includes('guest.destroy')) return { demand: 'type-the-name', reason: 'Destroying a guest asks for its name.' };
  if (risk === 'critical') return { demand: 'type-the-name', reason: 'A critical change asks for the name of what it changes.' };
  return risk === 'low' ? { demand: 'allow', reason: '' } : { demand: 'confirm', reason: `A change of ${risk} risk is to be confirmed.` };
}

/** No policy lets a machine act unseen. */
function byOrigin({ origin }: Proposal): Finding[] {
  return origin === 'assistant' || origin === 'mcp' ? [{ demand: 'confirm', reason: 'What an assistant proposes is reviewed by a person.' }] : [];
}

function byWhole(proposal: Proposal, steps: readonly Step[], policy: Policy, context: Context): Finding[] {
  const { connection, now } = context;
  const refuse = (reason: string): Finding => ({ demand: 'refuse', reason });
  const findings: Finding[] = [];
  if (policy.readOnly?.some((name) => name === '*' || name === connection.id || name === connection.name) === true) findings.push(refuse(`The connection ${connection.name} is read-only.`));
  for (const { from, to, days, demand } of policy.quietHours) if (isQuiet(now, from, to, days)) findings.push({ demand, reason: `It is between ${from} and ${to}, when nothing should be changed.` });
  const guests = guestsTouched(steps, context);
  if (policy.maximumGuests !== undefined && guests > policy.maximumGuests) findings.push(refuse(`It touches ${guests} guests; one proposal may touch ${policy.maximumGuests}.`));
  findings.push(...overBudget(proposal, policy).map(refuse));
  return findings;
}

function isQuiet(now: Date, from: string, to: string, days: readonly (typeof weekdays)[number][] | undefined): boolean {
  const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const [begin, end, at] = [minutes(from), minutes(to), now.getHours() * 60 + now.getMinutes()];
  const on = (offset: number): boolean => days === undefined || days.includes(weekdays[(now.getDay() + 7 - offset) % 7] ?? 'sun');
  if (begin < end) return at >= begin && at < end && on(0);
  return (at >= begin && on(0)) || (at < end && on(1));
}

function overBudget({ effect }: Proposal, { budget }: Policy): string[] {
  if (budget === undefined) return [];
  // What only goes from one node or storage to another is not added.
  const added = (parts: readonly { readonly before: number; readonly after: number }[]): number => parts.reduce((sum, { before, after }) => sum + after - before, 0);
  const amounts: readonly (readonly [number, number | undefined, string])[] = [
    [added(effect.nodes.map(({ cpus }) => cpus)), budget.cpus, 'CPUs'],
    [added(effect.nodes.map(({ memory }) => memory)) / GiB, budget.memoryGiB, 'GiB of memory'],
    [added(effect.storages.map(({ bytes }) => bytes)) / GiB, budget.diskGiB, 'GiB of disk'],
    [effect.cost === undefined ? 0 : effect.cost.after - effect.cost.before, budget.cost, `${effect.cost?.currency ?? ''} a month`],
  ];
  const rounded = (value: number): string => String(Math.round(value * 10) / 10);
  return amounts.flatMap(([amount, limit, unit]) => (limit !== undefined && amount > limit ? [`It adds ${rounded(amount)} ${unit}; the budget of one proposal is ${rounded(limit)}.`] : []));
}
