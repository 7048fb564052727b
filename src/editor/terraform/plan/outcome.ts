import { hasBegunInPart, type Journal } from '../../../changes/index.ts';

/**
 * Whether a plan was refused because code or state have changed since it was made.
 * @param journal of the run that was to apply it; undefined when nobody wanted it to
 */
export function wentStale(journal: Journal | undefined): boolean {
  return Object.values(journal?.steps ?? {}).some(({ error }) => error?.kind === 'stale-plan');
}

/**
 * Whether a plan was applied in part only: what has begun is never begun again, so the rest needs a new plan.
 * @param journal of the run that was to apply it; undefined when nobody wanted it to
 */
export function wasCutShort(journal: Journal | undefined): boolean {
  if (journal?.state !== 'failed' && journal?.state !== 'cancelled') return false;
  return Object.values(journal.steps).some(hasBegunInPart);
}
