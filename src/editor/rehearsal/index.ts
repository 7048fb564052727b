import { join } from 'node:path';
import type { Contribution, Proposal, StepSecrets } from '../../changes/index.ts';
import type { Clusters } from '../clusters/index.ts';
import type { RehearsedView } from '../review/index.ts';
import { rehearsedView } from './rehearsed-view.ts';
import { startTwin } from './start-twin.ts';

export interface RehearsalServices {
  readonly clusters: Clusters;
  readonly secrets: StepSecrets;
  /** Absolute path of the folder the extension is in. */
  readonly extensionPath: string;
  readonly contributions: () => Promise<readonly Contribution[]>;
}

/** What the review's “Rehearse” does: it rejects with what hindered it. The rooms it needs are loaded when it is first pressed. */
export function makeRehearse({ clusters, secrets, extensionPath, contributions }: RehearsalServices): (proposal: Proposal) => Promise<RehearsedView> {
  const entry = join(extensionPath, 'simulator.js');
  return async (proposal) => {
    const connection = clusters.connections.find(proposal.connection);
    if (connection === undefined) throw new Error('The connection is not there any more.');
    const { rehearse } = await import('../../changes/index.ts');
    // What is rehearsed is what would be met now, not when the proposal was made.
    await clusters.refresh([connection.id]);
    const [client, inventory, contributed] = await Promise.all([clusters.client(connection), clusters.inventory(), contributions()]);
    return rehearsedView(await rehearse(proposal, { client, inventory, secrets, contributions: contributed, startTwin: (folder, twinFile) => startTwin(entry, folder, twinFile) }));
  };
}
