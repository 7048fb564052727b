import { showErrorMessage, showWarningMessage } from '../notices/index.ts';
import type { Decision, Door, Journal, Proposal } from '../../changes/index.ts';
import { labelText, visible } from '../text/index.ts';
import { ReviewPanel, type ReviewSurroundings } from './review-panel.ts';
import { surfaceFor, wordsOf } from './surface.ts';

export interface ReviewManner {
  /** The person asked for the review: it is shown also where the policy would do with less. */
  readonly wanted?: boolean;
}

export type ReviewServices = Omit<ReviewSurroundings, 'door' | 'connectionName'> & {
  readonly connectionName: (connectionId: string) => string;
};

/**
 * Asks whatever the policy wants to be asked about a proposal, runs it and shows how it goes. Resolves when the run has come to a halt;
 * undefined when there was none, which the person has been told or has decided.
 */
export async function reviewAndRun(door: Door, proposal: Proposal, services: ReviewServices, { wanted = false }: ReviewManner = {}): Promise<Journal | undefined> {
  const decision = await door.decide(proposal);
  const surface = surfaceFor(proposal, decision);
  switch (wanted && surface !== 'refusal' ? 'review' : surface) {
    case 'refusal': {
      await door.decline(proposal);
      void showErrorMessage(`${labelText(proposal.summary)}: refused. ${decision.reasons.map((reason) => visible(reason, 500)).join(' ')}`);
      return undefined;
    }
    case 'nothing': return await runNow(door, proposal, [], services);
    case 'modal': return await askInModal(door, proposal, decision, services);
    case 'review': return await inPanel(door, proposal, decision, services);
  }
}

async function askInModal(door: Door, proposal: Proposal, decision: Decision, services: ReviewServices): Promise<Journal | undefined> {
  const run = { title: 'Run' };
  const review = { title: 'Review…' };
  const chosen = await showWarningMessage(`${visible(proposal.summary)}?`, { modal: true, detail: wordsOf(proposal, decision) }, run, review);
  if (chosen === review) return await inPanel(door, proposal, decision, services);
  if (chosen === run) return await runNow(door, proposal, proposal.safeguards.filter(({ recommended }) => recommended).map(({ id }) => id), services);
  await door.decline(proposal);
  return undefined;
}

async function runNow(door: Door, proposal: Proposal, safeguards: readonly string[], { runs }: ReviewServices): Promise<Journal | undefined> {
  try {
    return await runs.followWithProgress(await door.run(proposal, { safeguards }));
  } catch (error) {
    void showErrorMessage(`${labelText(proposal.summary)}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function inPanel(door: Door, proposal: Proposal, decision: Decision, { connectionName, ...services }: ReviewServices): Promise<Journal | undefined> {
  return await new ReviewPanel(proposal, decision, { ...services, door, connectionName: connectionName(proposal.connection) }).result;
}
