/** Where in a resource: names of attributes, and numbers of elements. */
export type Path = readonly (string | number)[];

export interface Difference {
  readonly path: Path;
  /** Undefined where there is nothing. */
  readonly before: unknown;
  readonly after: unknown;
  /** The value becomes known only when the plan is applied. */
  readonly unknown: boolean;
  /** Terraform marks it as sensitive: the values are not for anybody's eyes. */
  readonly sensitive: boolean;
  /** Whether this makes Terraform replace the resource. */
  readonly replaces: boolean;
}

/** One resource's `change` in a plan's JSON. */
export interface ChangeValues {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly replace_paths?: readonly Path[] | undefined;
}

/** As in `ignore_changes`: `cpu[0].cores`. */
export const pathText = (path: Path): string => path.map((step, index) => (typeof step === 'number' ? `[${String(step)}]` : index === 0 ? step : `.${step}`)).join('');

/** What is not the same before and after, leaf by leaf. Values that are sensitive are told apart, so whoever shows them leaves them out. */
export function differencesOf({ before, after, after_unknown, before_sensitive, after_sensitive, replace_paths = [] }: ChangeValues): Difference[] {
  const replaced = new Set(replace_paths.map(pathText));
  return [...differences(before, after, after_unknown, [])].map((found) => ({
    ...found,
    sensitive: isMarked(before_sensitive, found.path) || isMarked(after_sensitive, found.path),
    replaces: found.path.some((_, index) => replaced.has(pathText(found.path.slice(0, index + 1)))),
  }));
}

function* differences(before: unknown, after: unknown, unknown: unknown, path: Path): Generator<Omit<Difference, 'sensitive' | 'replaces'>> {
  if (unknown === true) {
    yield { path, before, after: undefined, unknown: true };
    return;
  }
  if (isContainer(before) || isContainer(after) || isContainer(unknown)) {
    const keys = new Set([...keysOf(before), ...keysOf(after), ...keysOf(unknown)]);
    for (const key of keys) yield* differences(at(before, key), at(after, key), at(unknown, key), [...path, key]);
    return;
  }
  if ((before ?? null) !== (after ?? null)) yield { path, before, after, unknown: false };
}

const isContainer = (value: unknown): value is Record<string | number, unknown> => typeof value === 'object' && value !== null;
const keysOf = (value: unknown): (string | number)[] => (Array.isArray(value) ? [...value.keys()] : isContainer(value) ? Object.keys(value) : []);

/** An element or attribute of a value; undefined where there is none. */
export const at = (value: unknown, key: string | number): unknown => (isContainer(value) ? value[key] : undefined);

/** Terraform marks a value, or everything below one; a value of which a part is marked cannot be shown as a whole either. */
function isMarked(marks: unknown, path: Path): boolean {
  let mark = marks;
  for (const step of path) {
    if (mark === true) return true;
    mark = at(mark, step);
  }
  return hasMark(mark);
}

const hasMark = (marks: unknown): boolean => marks === true || (isContainer(marks) && Object.values(marks).some(hasMark));

/** An object without those of its members that are sensitive, or have something sensitive in them. */
export function withoutSensitive<V extends object>(values: V | undefined, marks: unknown): V | undefined {
  if (values === undefined || marks === true) return undefined;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !hasMark(at(marks, name)))) as V;
}
