import type { HclBlock } from '../../syntax/index.ts';
import { codeIn, jsonIn, jsonText, mayBeOverridden, mayHoldInJson, type ModuleFolder, type ModuleFolders } from '../names/index.ts';
import { type Entry, moduleTally, type ModuleTally, tallies, type Watched } from '../tally/index.ts';
import type { ModuleValues, Scope } from '../values/index.ts';
import { codeOf, instancesCalled, modulesCalled, outlookOf } from './called-modules.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import { ANYTHING, entriesOf, factKey, factKeys, guestIn, HOME, nothingNamed } from './entries.ts';
import type { MadeKind } from './makes.ts';
import { type SectionFacts, sectionFacts } from './section-facts.ts';

/** What a module's code makes and describes, over all its files and those of the modules that it calls. */
export interface ProjectFacts {
  /** Whether it may make something of that name: it does, or makes something of the kind whose name cannot be told. */
  makes(kind: MadeKind | 'guest', name: string): boolean;
  /** The resources, or instances of them, that for certain describe a guest with the VMID by a configuration of the provider, by address. */
  guests(vmid: number, provider: string): readonly string[];
  /** Whether one may describe a guest with the VMID. */
  uses(vmid: number): boolean;
  /** The VLANs that network devices are in, sorted. */
  vlans(): readonly number[];
  /** Whether an `import` block may take over a guest with the VMID. */
  imports(vmid: number): boolean;
  /** What the answers are read from, by the keys of facts. */
  readonly watched: readonly Watched[];
}

const literally = tallies((content) => entriesOf(sectionFacts(content), nothingNamed, HOME, true));
/** What has to be worked out: facts of sections, and calls of modules. */
const OPEN = 'open';
const openly = tallies((content): Entry<SectionFacts>[] => {
  const facts = sectionFacts(content);
  return facts.described.every(({ plain }) => plain) && facts.imports.every(({ plain }) => plain) ? [] : [{ key: OPEN, value: facts }];
});
const calling = tallies(({ blocks }): Entry<HclBlock>[] => blocks.flatMap((block) => (block.type === 'module' ? [{ key: OPEN, value: block }] : [])));

/** @param modules those that the module may call */
export function projectFacts(module: ModuleFolder, values: ModuleValues, modules?: ModuleFolders): ProjectFacts {
  const documents = [...codeIn(module)];
  const tally = moduleTally(documents.map(literally));
  const open = moduleTally(documents.map(openly));
  const calls = moduleTally(documents.map(calling));
  const around = modulesCalled(module, modules);
  const called = codeOf(around);
  const worked = workedOut(documents[0]?.history ?? module, [open, calls, called], jsonText(around), values, (scope) => [
    ...open.of(OPEN).flatMap((facts) => [...entriesOf(facts, scope, HOME, false)]),
    ...(modules === undefined ? [] : calls.of(OPEN).flatMap((call) => calledEntries(call, module, scope, modules))),
  ]);
  const of = (key: string): readonly string[] => [...tally.of(key), ...(worked.values.get(key) ?? [])];
  // What stands in JSON nobody has looked through.
  const makesMore = mayHoldInJson(module, ({ type, labels }) => type === 'module' || (type === 'resource' && labels[0]?.startsWith('proxmox_') === true));
  const importsMore = mayHoldInJson(module, ({ type }) => type === 'import') || mayBeOverridden(module);
  const has = (key: string): boolean => tally.has(key) || worked.values.has(key);
  return {
    makes: (kind, name) => makesMore || factKeys(kind, name).some(has),
    guests: (vmid, provider) => mayBeOverridden(module) ? [] : of(factKey('guest', vmid)).map((text) => guestIn(text, provider)).filter((address) => address !== undefined).sort(),
    uses: (vmid) => has(factKey('guest', vmid)) || jsonIn(module).some(({ type, body }) => type === 'resource' && [body['vm_id'], body['id']].some((id) => id === vmid || id === String(vmid))),
    imports: (vmid) => importsMore || factKeys('import', vmid).some(has),
    vlans: () => [...tally.keys(), ...worked.values.keys()].flatMap((key) => (key.startsWith(factKey('vlan', '')) ? [Number(key.slice(factKey('vlan', '').length))] : [])).sort((a, b) => a - b),
    watched: [tally, worked, called],
  };
}

function calledEntries(call: HclBlock, module: ModuleFolder, scope: Scope, modules: ModuleFolders): Entry<string>[] {
  return [...instancesCalled(call, module, scope, modules)].flatMap((instance) => {
    const [inside, outlook] = [instance.scope(), outlookOf(instance)];
    const told = [...codeIn(instance.module)].flatMap(({ sections }) => sections.flatMap(({ content }) => [...entriesOf(sectionFacts(content), inside, outlook)]));
    return (instance.module.json?.size ?? 0) > 0 ? [...told, ...ANYTHING] : told;
  });
}

type Values = ReadonlyMap<string, readonly string[]>;

const lately = new WeakMap<object, { readonly from: readonly unknown[]; readonly json: string; readonly givenElsewhere: unknown; readonly values: Values }>();

/** What does not stand in the code as it is. Worked out again only when something has changed that it follows from. */
function workedOut(module: object, code: readonly ModuleTally<unknown>[], json: string, { tally, givenElsewhere, scope }: ModuleValues, entries: (scope: Scope) => Iterable<Entry<string>>): Watched & { readonly values: Values } {
  const from = [...code, tally];
  let last = lately.get(module);
  if (last?.givenElsewhere !== givenElsewhere || last.json !== json || from.some((one, index) => one.changedSince(last?.from[index])?.size !== 0)) {
    const values = new Map<string, string[]>();
    for (const { key, value } of entries(scope())) values.set(key, [...(values.get(key) ?? []), value]);
    lately.set(module, (last = { from: from.map(({ moment }) => moment), json, givenElsewhere, values }));
  }
  const { values } = last;
  return { values, moment: values, changedSince: (before) => (before instanceof Map ? differing(before as Values, values) : undefined) };
}

function differing(before: Values, now: Values): ReadonlySet<string> {
  if (before === now) return new Set();
  return new Set([...before.keys(), ...now.keys()].filter((key) => before.get(key)?.join() !== now.get(key)?.join()));
}

/** The lowest VMID that neither the cluster nor the code uses. */
export function nextFreeVmid(cluster: ClusterFacts, project: Pick<ProjectFacts, 'uses'>): number {
  let vmid = cluster.nextFreeVmid;
  while (cluster.guests.has(vmid) || project.uses(vmid)) vmid++;
  return vmid;
}
