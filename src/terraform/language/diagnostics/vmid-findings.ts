import type { HclBlock, HclRange } from '../../syntax/index.ts';
import { type ClusterFacts, type Described, instancesCalled, instancesOf, isLiteral, nextFreeVmid, outlookOf, type ProjectFacts, sectionFacts, vmidOf } from '../facts/index.ts';
import { codeIn, type ModuleFolder, type ModuleFolders } from '../names/index.ts';
import type { TerraformDiagnostic } from '../module.ts';
import { evaluate, type Scope } from '../values/index.ts';

/** A guest that a resource, or an instance of it, describes. */
export interface DescribedGuest {
  /** With what tells instances apart. */
  readonly address: string;
  readonly vmid: number;
  /** The configuration of the provider that it is made by; undefined when that cannot be told. */
  readonly provider: string | undefined;
  readonly range: HclRange;
  /** The VMID stands there as it is, for this guest alone. */
  readonly literal: boolean;
}

/** The guests whose VMID can be told. */
export function vmidsOf({ address, vmid, repeat, plain, provider }: Described, scope: Scope): DescribedGuest[] {
  if (vmid === undefined) return [];
  return (instancesOf(repeat, scope) ?? []).flatMap(({ suffix, scope: inside }) => {
    const number = vmidOf(evaluate(vmid, inside));
    const literal = suffix === '' && (plain || vmid.kind === 'number' || vmid.kind === 'string');
    return number === undefined ? [] : [{ address: `${address}${suffix}`, vmid: number, provider, range: vmid.range, literal }];
  });
}

/** The guests that a module call brings in for certain and whose VMID can be told: where it comes from the call, it is told there, otherwise at the call itself. */
export function* vmidsCalled(call: HclBlock, home: ModuleFolder, scope: Scope, modules: ModuleFolders): Generator<DescribedGuest> {
  for (const instance of instancesCalled(call, home, scope, modules)) {
    const { certain, providers, prefix } = outlookOf(instance);
    for (const { sections } of codeIn(instance.module)) {
      for (const described of sections.flatMap(({ content }) => sectionFacts(content).described)) {
        if (described.vmid === undefined || !certain(described.address)) continue;
        const asked = new Set<string>();
        const guests = vmidsOf(described, instance.scope(asked));
        const argument = call.body.attributes.find(({ name }) => asked.has(name))?.value;
        // The call says the VMID as it is, and the module takes it as it is, for this guest alone.
        const literal = argument !== undefined && isLiteral(argument) && described.vmid.kind === 'traversal' && described.vmid.steps.length === 1 && guests.length === 1 && prefix === `module.${call.labels[0] ?? ''}.`;
        for (const { address, vmid } of guests) {
          yield { address: `${prefix}${address}`, vmid, provider: described.provider === undefined ? undefined : providers(described.provider), range: argument?.range ?? call.headRange, literal };
        }
      }
    }
  }
}

/** VMIDs of which there can only be one, in the code and in the cluster. Of the instances of a resource, the first that is wrong is told. */
export function* vmidFindings(guests: readonly DescribedGuest[], known: Beyond): Generator<TerraformDiagnostic> {
  const told = new Set<HclRange>();
  for (const guest of guests) {
    const finding = told.has(guest.range) ? undefined : vmidFinding(guest, known);
    if (finding === undefined) continue;
    told.add(guest.range);
    yield finding;
  }
}

interface Beyond {
  readonly cluster: ClusterFacts | undefined;
  readonly managed: ReadonlySet<number> | undefined;
  readonly project: ProjectFacts;
}

function vmidFinding({ address, vmid, provider, range, literal }: DescribedGuest, { cluster, managed, project }: Beyond): TerraformDiagnostic | undefined {
  const text = String(vmid);
  const fixes = literal && cluster !== undefined ? nextFree(nextFreeVmid(cluster, project), range) : [];
  const others = provider === undefined ? [] : project.guests(vmid, provider).filter((other) => other !== address);
  if (others.length > 0) {
    const has = `${others.slice(0, 3).join(' and ')}${others.length > 3 ? ' and others' : ''} ${others.length === 1 ? 'has' : 'have'}`;
    return { range, severity: 'error', code: 'duplicate-vmid', message: literal ? `${has} the VMID ${text} too.` : `${address} gets the VMID ${text}, which ${has} too.`, fixes };
  }
  const taken = managed === undefined || managed.has(vmid) || project.imports(vmid) ? undefined : cluster?.guests.get(vmid);
  if (taken === undefined) return undefined;
  const whose = `the VMID of ${taken.name} on ${taken.node}, which this project does not manage. Import it, or take another VMID.`;
  return { range, severity: 'warning', code: 'vmid-taken', message: literal ? `${text} is ${whose}` : `${address} gets ${text}, ${whose}`, fixes };
}

function nextFree(vmid: number, range: HclRange): TerraformDiagnostic['fixes'] {
  const text = String(vmid);
  return [{ title: `Change to ${text}, the next free VMID`, edits: [{ range, text }] }];
}
