import type { HclDocument, HclSection, HclSectionContent } from '../../syntax/index.ts';

/** What a section adds to a tally. */
export interface Entry<V> {
  readonly key: string;
  readonly value: V;
}

/** What the sections of a file add up to. It follows the file through its versions, and each costs what has changed since the last. */
export interface Tally<V> {
  /** In no order. */
  readonly values: ReadonlyMap<string, readonly V[]>;
  /** Grows with every change of what is in it. */
  readonly version: number;
  /** Keys under which there are other values than there were; undefined for a version that is too old to tell. */
  changedSince(version: number): readonly string[] | undefined;
}

/** So many changes are remembered: files that are looked through after every keystroke are one or two behind. */
const REMEMBERED = 64;

/** @param entriesOf what a section adds */
export function tallies<V>(entriesOf: (content: HclSectionContent) => Iterable<Entry<V>>): (document: HclDocument) => Tally<V> {
  const known = new WeakMap<object, Following<V>>();
  const added = new WeakMap<HclSectionContent, readonly Entry<V>[]>();
  // What goes away with a section has to be the same that came with it.
  const once = (content: HclSectionContent): readonly Entry<V>[] => {
    let entries = added.get(content);
    if (entries === undefined) added.set(content, (entries = [...entriesOf(content)]));
    return entries;
  };
  return ({ history, sections }) => {
    let tally = known.get(history);
    if (tally === undefined) known.set(history, (tally = new Following(once)));
    tally.follow(sections);
    return tally;
  };
}

class Following<V> implements Tally<V> {
  readonly values = new Map<string, V[]>();
  version = 0;
  readonly #entriesOf: (content: HclSectionContent) => readonly Entry<V>[];
  #sections: readonly HclSection[] = [];
  /** Keys, the last change last. */
  readonly #changes: (readonly string[])[] = [];

  constructor(entriesOf: (content: HclSectionContent) => readonly Entry<V>[]) {
    this.#entriesOf = entriesOf;
  }

  follow(sections: readonly HclSection[]): void {
    const before = this.#sections;
    if (before === sections) return;
    this.#sections = sections;
    const changed = between(before, sections);
    const gone = changed.gone.flatMap((content) => this.#entriesOf(content));
    const come = changed.come.flatMap((content) => this.#entriesOf(content));
    if (gone.length === come.length && gone.every(({ key, value }, index) => key === come[index]?.key && value === come[index].value)) return;
    for (const entry of gone) this.#remove(entry);
    for (const { key, value } of come) {
      const values = this.values.get(key);
      if (values === undefined) this.values.set(key, [value]);
      else values.push(value);
    }
    this.version++;
    this.#changes.push([...gone, ...come].map(({ key }) => key));
    if (this.#changes.length > REMEMBERED) this.#changes.shift();
  }

  changedSince(version: number): readonly string[] | undefined {
    const missed = this.version - version;
    if (missed === 0) return [];
    return missed > this.#changes.length ? undefined : this.#changes.slice(-missed).flat();
  }

  #remove({ key, value }: Entry<V>): void {
    const values = this.values.get(key);
    const at = values?.indexOf(value) ?? -1;
    if (values === undefined || at === -1) return;
    if (values.length === 1) this.values.delete(key);
    else values.splice(at, 1);
  }
}

/** What sections were there before and are not now, and the other way round. */
interface Difference {
  readonly to: readonly HclSection[];
  readonly gone: readonly HclSectionContent[];
  readonly come: readonly HclSectionContent[];
}

/** All tallies of a file go from one version of it to the next. */
const differences = new WeakMap<readonly HclSection[], Difference>();

function between(before: readonly HclSection[], sections: readonly HclSection[]): Difference {
  let known = differences.get(before);
  if (known?.to === sections) return known;
  const shorter = Math.min(before.length, sections.length);
  let first = 0;
  while (first < shorter && before[first]?.content === sections[first]?.content) first++;
  let last = 0;
  while (last < shorter - first && before[before.length - 1 - last]?.content === sections[sections.length - 1 - last]?.content) last++;
  const contents = (all: readonly HclSection[]): Set<HclSectionContent> => new Set(all.slice(first, all.length - last).map(({ content }) => content));
  const [old, now] = [contents(before), contents(sections)];
  // What was typed at two places has left alone what is between them.
  known = { to: sections, gone: [...old].filter((content) => !now.has(content)), come: [...now].filter((content) => !old.has(content)) };
  differences.set(before, known);
  return known;
}
