import type { HclBody, HclExpression } from '../../syntax/index.ts';
import { evaluate, isList, isMap, type Scope } from '../values/index.ts';

/** How many there are of a resource, as it is written. */
export interface Repeat {
  readonly count: HclExpression | undefined;
  readonly forEach: HclExpression | undefined;
}

/** One of the resource's instances: what stands behind its address, and what names mean in it. */
export interface Instance {
  /** `[0]`, `["web"]`; nothing for a resource that there is once. */
  readonly suffix: string;
  readonly scope: Scope;
}

/** A resource with more instances is not gone through. */
const MANY = 500;

export function repeatOf({ attributes }: HclBody): Repeat {
  const value = (wanted: string): HclExpression | undefined => attributes.find(({ name }) => name === wanted)?.value;
  return { count: value('count'), forEach: value('for_each') };
}

export const isRepeated = ({ count, forEach }: Repeat): boolean => count !== undefined || forEach !== undefined;

/** All instances; undefined when it cannot be told which there are. */
export function instancesOf({ count, forEach }: Repeat, scope: Scope): Instance[] | undefined {
  if (forEach !== undefined) {
    const value = evaluate(forEach, scope);
    if (isMap(value)) return value.size > MANY ? undefined : [...value].map(([key, item]) => ({ suffix: `[${JSON.stringify(key)}]`, scope: { ...scope, each: { key, value: item } } }));
    if (!isList(value) || value.length > MANY) return undefined;
    const keys = [...new Set(value)];
    return keys.every((key) => typeof key === 'string') ? keys.map((key) => ({ suffix: `[${JSON.stringify(key)}]`, scope: { ...scope, each: { key, value: key } } })) : undefined;
  }
  if (count === undefined) return [{ suffix: '', scope }];
  const value = evaluate(count, scope);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MANY) return undefined;
  return Array.from({ length: value }, (_, index) => ({ suffix: `[${String(index)}]`, scope: { ...scope, count: index } }));
}
