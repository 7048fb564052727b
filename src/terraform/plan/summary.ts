import type { Part, PartAction } from '../../changes/index.ts';

/** How many resources are dealt with in which way. */
export type PlanCounts = Readonly<Record<PartAction, number>>;

export function countsOf(parts: readonly Part[]): PlanCounts {
  const counts = { create: 0, update: 0, replace: 0, destroy: 0, import: 0, read: 0, forget: 0 };
  for (const { action } of parts) counts[action]++;
  return counts;
}

const WORDS: readonly (readonly [PartAction, string])[] = [['import', 'to take over'], ['create', 'to create'], ['update', 'to change'], ['replace', 'to replace'], ['destroy', 'to destroy'], ['forget', 'to leave alone']];

/** `2 to create, 1 to change`; “nothing to change” when that is all. */
export function planSummary(parts: readonly Part[]): string {
  const counts = countsOf(parts);
  const told = WORDS.flatMap(([action, words]) => (counts[action] === 0 ? [] : [`${counts[action]} ${words}`]));
  return told.length === 0 ? 'nothing to change' : told.join(', ');
}
