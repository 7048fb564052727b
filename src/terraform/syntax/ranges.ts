import type { HclPosition, HclRange } from './model.ts';

/** Below zero: a stands before b. */
export const comparePositions = (a: HclPosition, b: HclPosition): number => a.line - b.line || a.character - b.character;

/** Whether a position lies in a range or right behind it. */
export const contains = ({ start, end }: HclRange, position: HclPosition): boolean => comparePositions(start, position) <= 0 && comparePositions(position, end) <= 0;
