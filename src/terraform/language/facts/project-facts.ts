import { codeIn, type ModuleFolder } from '../names/index.ts';
import { type Entry, moduleTally, type ModuleTally, tallies, type Watched } from '../tally/index.ts';
import { evaluate, type ModuleValues, type Scope } from '../values/index.ts';
import { vmidOf } from './claims.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import { instancesOf } from './instances.ts';
import type { MadeKind } from './makes.ts';
import { type SectionFacts, sectionFacts } from './section-facts.ts';

/** What a module's code makes and describes, over all its files. */
export interface ProjectFacts {
  /** Whether it may make something of that name: it does, or makes something of the kind whose name cannot be told. */
  makes(kind: MadeKind | 'guest', name: string): boolean;
  /** The resources, or instances of them, that describe a guest with the VMID, by address. */
  guests(vmid: number): readonly string[];
  /** The VLANs that network devices are in, sorted. */
  vlans(): readonly number[];
  /** Whether an `import` block may take over a guest with the VMID. */
  imports(vmid: number): boolean;
  /** What the answers are read from, by the keys below. */
  readonly watched: readonly Watched[];
}

type Kind = MadeKind | 'guest' | 'import' | 'vlan';

/** Under which key something is. */
export const factKey = (kind: Kind, name: string | number): string => `${kind} ${String(name)}`;
/** Under which keys is what decides whether something may be there. */
export const factKeys = (kind: Kind, name: string | number): string[] => [factKey(kind, name), unknownKey(kind)];
/** What has a name that cannot be told. */
const unknownKey = (kind: Kind): string => `${kind} ?`;

const nothingNamed: Scope = { named: () => undefined };
const literally = tallies((content) => entriesOf(sectionFacts(content), nothingNamed, true));
const OPEN = 'open';
const openly = tallies((content): Entry<SectionFacts>[] => {
  const facts = sectionFacts(content);
  return facts.described.every(({ plain }) => plain) && facts.imports.every(({ plain }) => plain) ? [] : [{ key: OPEN, value: facts }];
});

export function projectFacts(module: ModuleFolder, values: ModuleValues): ProjectFacts {
  const documents = [...codeIn(module)];
  const tally = moduleTally(documents.map(literally));
  const worked = workedOut(documents[0]?.history ?? module, moduleTally(documents.map(openly)), values);
  const has = (key: string): boolean => tally.has(key) || worked.values.has(key);
  return {
    makes: (kind, name) => factKeys(kind, name).some(has),
    guests: (vmid) => [...tally.of(factKey('guest', vmid)), ...(worked.values.get(factKey('guest', vmid)) ?? [])].sort(),
    imports: (vmid) => factKeys('import', vmid).some(has),
    vlans: () => [...tally.keys(), ...worked.values.keys()].flatMap((key) => (key.startsWith(factKey('vlan', '')) ? [Number(key.slice(factKey('vlan', '').length))] : [])).sort((a, b) => a - b),
    watched: [tally, worked],
  };
}

type Values = ReadonlyMap<string, readonly string[]>;

const lately = new WeakMap<object, { readonly open: unknown; readonly written: unknown; readonly givenElsewhere: unknown; readonly values: Values }>();

/** What does not stand in the code as it is. Worked out again only when something has changed that it follows from. */
function workedOut(module: object, open: ModuleTally<SectionFacts>, { tally, givenElsewhere, scope }: ModuleValues): Watched & { readonly values: Values } {
  let last = lately.get(module);
  if (last?.givenElsewhere !== givenElsewhere || open.changedSince(last.open)?.size !== 0 || tally.changedSince(last.written)?.size !== 0) {
    const values = new Map<string, string[]>();
    const here = scope();
    for (const facts of open.of(OPEN)) for (const { key, value } of entriesOf(facts, here, false)) values.set(key, [...(values.get(key) ?? []), value]);
    lately.set(module, (last = { open: open.moment, written: tally.moment, givenElsewhere, values }));
  }
  const { values } = last;
  return { values, moment: values, changedSince: (before) => (before instanceof Map ? differing(before as Values, values) : undefined) };
}

function differing(before: Values, now: Values): ReadonlySet<string> {
  if (before === now) return new Set();
  return new Set([...before.keys(), ...now.keys()].filter((key) => before.get(key)?.join() !== now.get(key)?.join()));
}

/** @param plain what stands there as it is, or what does not */
function* entriesOf({ described, imports }: SectionFacts, scope: Scope, plain: boolean): Generator<Entry<string>> {
  for (const { address, repeat, vmid, makes, claims, plain: own } of described) {
    if (own !== plain) continue;
    const instances = instancesOf(repeat, scope) ?? [{ suffix: '', scope: nothingNamed }];
    for (const { suffix, scope: inside } of instances) {
      if (vmid !== undefined) {
        const number = vmidOf(evaluate(vmid, inside));
        yield { key: number === undefined ? unknownKey('guest') : factKey('guest', number), value: `${address}${suffix}` };
      }
      for (const { meaning, value } of claims) {
        const vlan = meaning.kind === 'vlan' ? Number(evaluate(value, inside) ?? Number.NaN) : Number.NaN;
        if (Number.isInteger(vlan)) yield { key: factKey('vlan', vlan), value: '' };
      }
      for (const { kind, name } of makes) {
        const text = evaluate(name, inside);
        yield { key: typeof text === 'string' ? factKey(kind, kind === 'file' ? (text.split('/').at(-1) ?? text) : text) : unknownKey(kind), value: '' };
      }
    }
  }
  for (const { id, repeat, plain: own } of imports) {
    if (own !== plain) continue;
    for (const { scope: inside } of instancesOf(repeat, scope) ?? [{ scope: nothingNamed }]) {
      const known = evaluate(id, inside);
      const vmid = typeof known === 'string' || typeof known === 'number' ? Number(String(known).split('/').at(-1)) : Number.NaN;
      if (Number.isInteger(vmid)) yield { key: factKey('import', vmid), value: '' };
      else if (known === undefined) yield { key: unknownKey('import'), value: '' };
    }
  }
}

/** The lowest VMID that neither the cluster nor the code uses. */
export function nextFreeVmid(cluster: ClusterFacts, project: Pick<ProjectFacts, 'guests'>): number {
  let vmid = cluster.nextFreeVmid;
  while (cluster.guests.has(vmid) || project.guests(vmid).length > 0) vmid++;
  return vmid;
}
