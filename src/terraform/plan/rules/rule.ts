import type { ConsequenceKind } from '../../../changes/index.ts';
import type { Difference } from '../differences.ts';

/** A resource as a plan has it, before and after. */
export interface Resource {
  readonly before: Values;
  readonly after: Values;
  /** Whether the guest is up; undefined when that is not known. */
  readonly up: boolean | undefined;
}

export type Values = Readonly<Record<string, unknown>>;

/** What the provider does about one attribute when it changes a resource in place. */
export interface Meaning {
  readonly kind: ConsequenceKind;
  /** What is to be said besides the kind; a clause: “its volume stays as an unused one”. */
  readonly why?: string;
}

/** What a change of an attribute means, or how that is found out. */
export type Meaningful = ConsequenceKind | ((difference: Difference, resource: Resource) => Meaning);

export type Rule = readonly [
  /** The beginning of a path, without the numbers of elements: `cpu.cores`, `disk`; `*` stands for a key of a map. The longest that fits decides. */
  path: string,
  meaning: Meaningful,
];

/** The same meaning for several attributes. */
export const each = (paths: readonly string[], meaning: Meaningful): readonly Rule[] => paths.map((path): Rule => [path, meaning]);

/** The rule of a table that decides about an attribute; undefined when the table has no word about it. @param path without the numbers of elements */
export function ruleFor(table: readonly Rule[], path: readonly string[]): Rule | undefined {
  const fits = ([beginning]: Rule): boolean => beginning.split('.').every((step, index) => step === path[index] || (step === '*' && path[index] !== undefined));
  return table.filter(fits).reduce<Rule | undefined>((longest, rule) => (rule[0].split('.').length > (longest?.[0].split('.').length ?? 0) ? rule : longest), undefined);
}

/** The meaning of one attribute's change by a table; undefined when the table has no word about it. */
export function meaningIn(table: readonly Rule[], difference: Difference, resource: Resource): Meaning | undefined {
  const meaning = ruleFor(table, difference.path.filter((step) => typeof step === 'string'))?.[1];
  return meaning === undefined ? undefined : meaningFrom(meaning, difference, resource);
}

export function meaningFrom(meaning: Meaningful, difference: Difference, resource: Resource): Meaning {
  return typeof meaning === 'string' ? { kind: meaning } : meaning(difference, resource);
}

/** A value by its path; undefined where there is none. */
export function valueAt(values: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined), values);
}

/** Blocks of a name. */
export function blocks(values: Values, name: string): readonly Values[] {
  const found = values[name];
  return Array.isArray(found) ? found.filter((block): block is Values => typeof block === 'object' && block !== null) : [];
}
