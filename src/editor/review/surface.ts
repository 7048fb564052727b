import type { Decision, Proposal } from '../../changes/index.ts';
import { visible } from '../text/index.ts';

/** How a proposal is put to a person: not at all, in VS Code's own dialogue, in the review, or as refused. */
export function surfaceFor(proposal: Proposal, decision: Decision): 'nothing' | 'modal' | 'review' | 'refusal' {
  switch (decision.demand) {
    case 'refuse': return 'refusal';
    case 'type-the-name': return 'review';
    // A safeguard that has to be ticked has to be seen.
    case 'allow': return decision.required.length > 0 ? 'review' : 'nothing';
    case 'confirm': {
      const small = proposal.steps.length === 1 && (proposal.risk.level === 'low' || proposal.risk.level === 'medium');
      return small && decision.required.length === 0 ? 'modal' : 'review';
    }
  }
}

/** A small proposal in words, for the dialogue. */
export function wordsOf({ steps, risk, effect, safeguards }: Proposal, { reasons }: Decision): string {
  const first = safeguards.filter(({ recommended }) => recommended).map(({ label }) => `${label}.`);
  const about = [...effect.losses, ...effect.interruptions, ...risk.reasons.map(({ text }) => text)];
  const blocks = [
    steps.map(({ description }) => `${description}.`),
    [...new Set(about)],
    first,
    reasons,
    ...(steps.some(({ inverse }) => inverse !== undefined) ? [] : [['This cannot be undone from here.']]),
  ];
  return blocks.filter((block) => block.length > 0).map((block) => block.map((line) => visible(line, 500)).join('\n')).join('\n\n');
}
