import type { ChangeSummary, Diagnostic } from '../cli/index.ts';
import type { Residue, ResidueAttribute } from './residue.ts';
import type { NotManaged, ProjectFiles } from './source.ts';

/** What the person can do about a difference. */
export type Fix =
  /** Say in the code what the guest has. */
  | { readonly kind: 'set'; readonly address: string; readonly path: string; readonly value: string | number | boolean }
  /** Say nothing in the code. */
  | { readonly kind: 'remove'; readonly address: string; readonly path: string }
  /** Leave the attribute as it is on the cluster, whatever the code says. */
  | { readonly kind: 'ignore'; readonly address: string; readonly attribute: string };

export interface ExplainedAttribute extends ResidueAttribute {
  /** Sentences: what is different, and whether applying it would restart the guest. */
  readonly why: string;
  /** The best first; at least `ignore` is always there. */
  readonly fixes: readonly Fix[];
}

/** A resource whose plan is not empty. */
export interface ExplainedResidue extends Omit<Residue, 'attributes'> {
  /** The id in the inventory (`qemu/100`, `/pool/web`); undefined for what the project has besides. */
  readonly id: string | undefined;
  readonly attributes: readonly ExplainedAttribute[];
}

/** What the proof found: with `add`, `change` and `remove` at 0 the import changes nothing. */
export interface ImportReport {
  readonly summary: ChangeSummary;
  readonly residue: readonly ExplainedResidue[];
  /** Options and attributes that stay outside Terraform's care; they are named in the code, too. */
  readonly notManaged: readonly NotManaged[];
  /** VMs whose guest agent does not answer: Terraform waits 15 minutes for each whenever it refreshes them. */
  readonly slow: readonly { readonly address: string; readonly vmid: number }[];
  readonly warnings: readonly Diagnostic[];
}

/** Whether nothing would change. */
export const isEmpty = ({ summary: { add, change, remove } }: Pick<ImportReport, 'summary'>): boolean => add + change + remove === 0;

/** What is left to do, in words and with the ways out. */
export function explain(residue: readonly Residue[], { addresses }: Pick<ProjectFiles, 'addresses'>): ExplainedResidue[] {
  const ids = new Map([...addresses].map(([id, address]) => [address, id]));
  return residue.map((one) => ({
    ...one,
    id: ids.get(one.address),
    attributes: one.attributes.map((attribute) => ({ ...attribute, why: [difference(attribute), effect(attribute, one.off)].filter(Boolean).join(' '), fixes: fixesOf(one.address, attribute) })),
  }));
}

function difference({ path, before, after, unknown, sensitive }: ResidueAttribute): string {
  if (unknown) return `${path} is found out by the provider when the change is applied; the code cannot say it.`;
  if (sensitive) return `${path} is secret, and the code says something else than the provider remembers.`;
  if (before === undefined || before === null) return `The code says ${path} = ${shown(after)}, the cluster has nothing there.`;
  if (after === undefined || after === null) return `The cluster has ${path} = ${shown(before)}, the code says nothing.`;
  return `The cluster has ${path} = ${shown(before)}, the code says ${shown(after)}.`;
}

/** What applying the difference would do to the guest that runs now. */
function effect({ replaces, consequence, because }: ResidueAttribute, off: boolean): string {
  if (replaces) return 'Terraform would destroy the guest and make a new one for that.';
  const why = because === undefined ? '' : `: ${because}`;
  switch (consequence) {
    case undefined: return '';
    case 'nothing': return `Applying it would not restart the guest${why}.`;
    case 'pending': return `Applying it would not restart the guest, and would only show after its next start${why}.`;
    case 'fails': return `The provider would refuse to apply it${why}.`;
    case 'reboot': return `Applying it would reboot the guest${why}.`;
    case 'restart': return `Applying it would ${off ? 'switch the guest off' : 'restart the guest'}${why}.`;
    case 'disk-lost': return `Applying it would cost the guest a disk${why}.`;
    case 'recreated':
    case 'destroyed': return 'Applying it would destroy the guest.';
  }
}

function fixesOf(address: string, { path, before, unknown, sensitive }: ResidueAttribute): Fix[] {
  const ignore: Fix = { kind: 'ignore', address, attribute: /^\w+/.exec(path)?.[0] ?? path };
  if (unknown || sensitive) return [ignore];
  if (typeof before === 'string' || typeof before === 'number' || typeof before === 'boolean') return [{ kind: 'set', address, path, value: before }, ignore];
  return [{ kind: 'remove', address, path }, ignore];
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'null';
