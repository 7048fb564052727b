import type { Target } from '../proposal/target.ts';
import type { Operation } from './operation.ts';

type WithDefaults = 'needsConfig' | 'refusal' | 'risk' | 'effect' | 'safeguards' | 'inverse';
type Defined<T extends Target> = Omit<Operation<T>, WithDefaults> & Partial<Pick<Operation<T>, WithDefaults>>;

/** An operation from what is particular about it: without risk, effect, safeguards, inverse or reason to refuse where it names none. */
export function define<T extends Target>(operation: Defined<T>): Operation<T> {
  return {
    needsConfig: false,
    refusal: () => undefined,
    risk: () => [],
    effect: () => ({}),
    safeguards: () => [],
    inverse: () => undefined,
    ...operation,
  };
}
