import { PveError } from '../../pve/index.ts';

/**
 * What an error means for a step:
 * `again` it certainly did not happen and may go better later; `unknown` it may have happened: the cluster has to be read first;
 * `failed` trying again would fail again.
 */
export type Verdict = 'again' | 'unknown' | 'failed';

/** Ends of tasks that tell of a lock or a quorum that was missing for a moment. */
const PASSING = /can't lock file|got lock request timeout|\bis locked \(|no quorum|cluster not ready/;

/** About a request that changes something. */
export function verdictOnRequest(error: unknown): Verdict {
  if (!(error instanceof PveError)) return 'failed';
  switch (error.kind) {
    case 'locked':
    case 'no-quorum':
      return 'again';
    // 595: the proxy had no connection to the node, so nothing was sent there. 596 and others: it broke off on the way.
    case 'node-unreachable':
      return error.details.status === 595 ? 'again' : 'unknown';
    // Something in between, or a broken answer: what was asked for may have been done all the same. `cancelled`: not by us, the client was
    // given up with all that was under way, because its connection was changed or signed in to again.
    case 'unreachable':
    case 'not-proxmox':
    case 'cancelled':
      return 'unknown';
    default:
      return 'failed';
  }
}

/** Whether an error tells how a step ended, and not only that nobody may see it now: a session that was lost, say. */
export function tellsTheEnd(error: unknown): boolean {
  return !(error instanceof PveError) || ['task-failed', 'not-found', 'bad-parameter'].includes(error.kind);
}

/** About waiting for a task: when only the way to it broke off, it goes on without us. */
export function verdictOnTask(error: unknown): Verdict {
  if (!(error instanceof PveError)) return 'failed';
  if (['unreachable', 'node-unreachable', 'cancelled'].includes(error.kind)) return 'unknown';
  return error.kind === 'task-failed' && PASSING.test(error.message) ? 'again' : 'failed';
}
