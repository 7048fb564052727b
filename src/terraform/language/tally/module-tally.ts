import type { Tally } from './tally.ts';

/** Something of which it can be told what has changed. */
export interface Watched {
  /** The state that it is in, to be told later. */
  readonly moment: unknown;
  /** Keys of what is other than it was; undefined when that cannot be told. */
  changedSince(moment: unknown): ReadonlySet<string> | undefined;
}

/** The tallies of several files as one. */
export interface ModuleTally<V> extends Watched {
  /** All values under a key. */
  of(key: string): readonly V[];
  has(key: string): boolean;
  /** Each once, in no order. */
  keys(): ReadonlySet<string>;
}

type Moment = readonly { readonly tally: Tally<unknown>; readonly version: number }[];

export function moduleTally<V>(files: readonly Tally<V>[]): ModuleTally<V> {
  const [first, ...more] = files;
  return {
    of: (key) => (more.length === 0 ? (first?.values.get(key) ?? []) : files.flatMap(({ values }) => values.get(key) ?? [])),
    has: (key) => files.some(({ values }) => values.has(key)),
    keys: () => new Set(files.flatMap(({ values }) => [...values.keys()])),
    moment: files.map((tally) => ({ tally, version: tally.version })) satisfies Moment,
    changedSince(before) {
      const moment = before as Moment | undefined;
      if (moment?.length !== files.length || moment.some(({ tally }, index) => tally !== files[index])) return undefined;
      const changes = moment.map(({ tally, version }) => tally.changedSince(version));
      return changes.every((keys) => keys !== undefined) ? new Set(changes.flat()) : undefined;
    },
  };
}
