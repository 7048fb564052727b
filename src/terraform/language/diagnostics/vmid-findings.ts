import type { HclRange } from '../../syntax/index.ts';
import { type ClusterFacts, type Described, instancesOf, nextFreeVmid, type ProjectFacts, vmidOf } from '../facts/index.ts';
import type { TerraformDiagnostic } from '../module.ts';
import { evaluate, type Scope } from '../values/index.ts';

/** A guest that a resource, or an instance of it, describes. */
export interface DescribedGuest {
  /** With what tells instances apart. */
  readonly address: string;
  readonly vmid: number;
  readonly range: HclRange;
  /** The VMID stands there as it is, for this guest alone. */
  readonly literal: boolean;
}

/** The guests whose VMID can be told. */
export function vmidsOf({ address, vmid, repeat, plain }: Described, scope: Scope): DescribedGuest[] {
  if (vmid === undefined) return [];
  return (instancesOf(repeat, scope) ?? []).flatMap(({ suffix, scope: inside }) => {
    const number = vmidOf(evaluate(vmid, inside));
    const literal = suffix === '' && (plain || vmid.kind === 'number' || vmid.kind === 'string');
    return number === undefined ? [] : [{ address: `${address}${suffix}`, vmid: number, range: vmid.range, literal }];
  });
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

function vmidFinding({ address, vmid, range, literal }: DescribedGuest, { cluster, managed, project }: Beyond): TerraformDiagnostic | undefined {
  const text = String(vmid);
  const fixes = literal && cluster !== undefined ? nextFree(nextFreeVmid(cluster, project), range) : [];
  const others = project.guests(vmid).filter((other) => other !== address);
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
