import type { AuditEntry } from '../../changes/index.ts';
import { formatTime, visible } from '../text/index.ts';

/** An entry that tells of a proposal; the log's own lines between files do not. */
export type Told = Exclude<AuditEntry, { readonly event: 'continued' }>;
type Proposed = Extract<Told, { readonly event: 'proposed' }>;

/** Everything that is written of one proposal. */
export interface ProposalStory {
  readonly kind: 'proposal';
  readonly id: string;
  readonly summary: string;
  /** “running”, “succeeded”, “cancelled”, …: what is known last. */
  readonly outcome: string;
  readonly user: string;
  readonly connection: string;
  /** Oldest first. */
  readonly entries: readonly Told[];
}

export interface Day {
  readonly kind: 'day';
  /** `2026-11-21`, local time. */
  readonly day: string;
  readonly stories: readonly ProposalStory[];
}

/** What a person sees of the log: days, newest first, and in each the proposals whose newest entry is of that day. @param entries newest first */
export function auditTree(entries: readonly AuditEntry[], filter: string): readonly Day[] {
  const told = entries.filter((entry): entry is Told => entry.event !== 'continued');
  const stories = [...Map.groupBy(told, ({ proposal }) => proposal)].map(([id, members]) => storyOf(id, members.reverse()));
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = words.length === 0 ? stories : stories.filter((story) => {
    const text = searched(story);
    return words.every((word) => text.includes(word));
  });
  return [...Map.groupBy(wanted, ({ entries: its }) => dayOf(its.at(-1)?.at ?? ''))].map(([day, members]) => ({ kind: 'day', day, stories: members }));
}

function storyOf(id: string, entries: readonly Told[]): ProposalStory {
  const proposed = entries.find((entry): entry is Proposed => entry.event === 'proposed');
  const first = entries[0];
  return {
    kind: 'proposal', id, entries,
    // Its beginning may have been rotated away.
    summary: visible(proposed?.summary ?? `Proposal ${id.slice(0, 8)}`),
    outcome: outcomeOf(entries),
    user: visible(first?.user ?? ''),
    connection: visible(first?.connection ?? ''),
  };
}

function outcomeOf(entries: readonly Told[]): string {
  const hasRun = entries.some(({ event }) => event === 'ended');
  for (const entry of [...entries].reverse()) {
    if (entry.event === 'ended') return entry.state;
    if (entry.event === 'step') return 'running';
    // That the policy did not let it be undone takes nothing away from how it ended.
    if (entry.event === 'decided' && !(hasRun && entry.decision === 'refused')) return entry.decision;
  }
  return 'proposed';
}

function searched({ summary, outcome, user, connection, entries }: ProposalStory): string {
  return [summary, outcome, user, connection, ...entries.map((entry) => entryLabel(entry).label), ...entries.flatMap((entry) => (entry.event === 'proposed' ? entry.steps.flatMap(({ operation, target, description }) => [operation, target, description]) : []))].join('\n').toLowerCase();
}

/** One entry in a line. */
export function entryLabel(entry: Told): { readonly label: string; readonly icon: string } {
  switch (entry.event) {
    case 'proposed': return { label: `Proposed by ${entry.origin === 'person' ? visible(entry.osUser) : entry.origin} (${visible(entry.surface, 40)}), ${entry.risk} risk`, icon: 'lightbulb' };
    case 'decided': return { label: `${capitalised(entry.decision.replace('-', ' '))} by ${entry.by === 'policy' ? 'the policy' : visible(entry.osUser)}`, icon: entry.decision === 'refused' || entry.decision === 'cancelled' ? 'circle-slash' : 'pass' };
    case 'step': return { label: `Step ${visible(entry.step, 60)}: ${visible(entry.state, 40)}${entry.error === undefined ? '' : `: ${visible(entry.error, 300)}`}`, icon: entry.state === 'done' ? 'check' : entry.state === 'failed' ? 'error' : 'circle-outline' };
    case 'ended': return { label: `Ended: ${visible(entry.state, 40)}`, icon: entry.state === 'succeeded' ? 'pass-filled' : entry.state === 'failed' ? 'error' : 'circle-slash' };
    case 'rehearsed': return { label: `Rehearsed: ${entry.succeeded ? 'would succeed' : 'would fail'}`, icon: 'beaker' };
  }
}

/** Local time of day. */
export function timeOf(at: string): string {
  return formatTime(Date.parse(at) / 1000).slice(11);
}

function dayOf(at: string): string {
  return formatTime(Date.parse(at) / 1000).slice(0, 10);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
