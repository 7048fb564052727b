import type { Proposal } from '../proposal/proposal.ts';
import type { PartRecord, StepRecord } from './run.ts';

/** A step's parts before anything was done. */
export function waitingParts({ parts }: Pick<Proposal['steps'][number], 'parts'>): Pick<StepRecord, 'parts'> {
  return parts === undefined ? {} : { parts: Object.fromEntries(parts.map(({ id }) => [id, { state: 'waiting' }])) };
}

/** Whether a step is not done although parts of it have begun, none of which is ever begun again. */
export function hasBegunInPart({ state, parts = {} }: Pick<StepRecord, 'state' | 'parts'>): boolean {
  return state !== 'done' && Object.values(parts).some((part) => part.state !== 'waiting' && part.state !== 'skipped');
}

/** How parts stand when nothing more happens: what was not begun is skipped, and how that ended which was begun is not known. */
export function settled(parts: StepRecord['parts']): StepRecord['parts'] {
  if (parts === undefined) return undefined;
  return Object.fromEntries(Object.entries(parts).map(([id, record]): [string, PartRecord] => [id, record.state === 'waiting' ? { ...record, state: 'skipped' } : record.state === 'running' ? { ...record, state: 'unknown' } : record]));
}
