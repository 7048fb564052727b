import type { ExplainedAttribute, GuestSource, ImportReport, NotCollected, ProjectFiles } from '../terraform/index.ts';

export interface ProofLine {
  readonly vmid: number;
  /** Whether the plan does nothing to the guest. */
  readonly empty: boolean;
  /** What of it the provider cannot read at all; no code can help there. */
  readonly unreadable?: string | undefined;
  /** `vmid type empty|residue attr,…|unsupported option,…`: the verdict first, then what has no place in the code. */
  readonly text: string;
}

/** One line per guest, in the order of their ids. */
export function proofLines(guests: readonly GuestSource[], { addresses }: ProjectFiles, { residue, notManaged }: ImportReport, notCollected: readonly NotCollected[]): ProofLine[] {
  const residues = new Map(residue.map((one) => [one.address, one.attributes.map(attributeText)]));
  const options = Map.groupBy(notManaged.filter(({ kind }) => kind === 'option'), ({ address }) => address);
  const read = guests.map(({ kind, vmid }): ProofLine => {
    const address = addresses.get(`${kind}/${String(vmid)}`) ?? '';
    const left = residues.get(address);
    const without = options.get(address)?.map(({ what }) => what.replaceAll(' ', '_')) ?? [];
    const verdicts = [left === undefined ? 'empty' : `residue ${left.join(',')}`, ...(without.length === 0 ? [] : [`unsupported ${without.join(',')}`])];
    return { vmid, empty: left === undefined, text: `${String(vmid)} ${kind} ${verdicts.join('|')}` };
  });
  const unread = notCollected.map(({ kind, vmid, why, unreadable }): ProofLine => ({ vmid, empty: false, unreadable, text: `${String(vmid)} ${kind} unread ${oneLine(why)}` }));
  return [...read, ...unread].toSorted((a, b) => a.vmid - b.vmid);
}

const oneLine = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');

/** `cpu[0].cores:restart`: what applying it would do to the guest stands after the colon, unless that is nothing. */
function attributeText({ path, replaces, consequence = 'nothing' }: ExplainedAttribute): string {
  const effect = replaces ? 'recreated' : consequence;
  return effect === 'nothing' ? path : `${path}:${effect}`;
}

/** Whether everything that the provider can read at all has an empty plan. */
export const isProven = (lines: readonly ProofLine[]): boolean => lines.every(({ empty, unreadable }) => empty || unreadable !== undefined);

/**
 * The share of guests whose plan is empty among those that the provider can read, why it cannot read the others, what the plan is in Terraform's
 * words, and what is left to `ignore_changes` for which reason.
 */
export function proofTotal(lines: readonly ProofLine[], { summary, notManaged, slow }: ImportReport, product: string, seconds: number): string[] {
  const readable = lines.filter(({ unreadable }) => unreadable === undefined);
  const empty = readable.filter((line) => line.empty).length;
  const share = readable.length === 0 ? 100 : (100 * empty) / readable.length;
  // By cause, whichever device has it.
  const causes = Map.groupBy(lines.flatMap(({ unreadable }) => (unreadable === undefined ? [] : [unreadable.replaceAll(/\b(ide|sata|scsi|virtio|virtiofs|hostpci|net|ipconfig|mp|dev)\d+/g, '$1[n]')])), (cause) => cause);
  const ignored = Map.groupBy(notManaged.filter(({ kind }) => kind === 'attribute'), ({ what, why }) => `${what}: ${why}`);
  return [
    `total ${counted(lines.length)}, ${String(empty)} of the ${String(readable.length)} that the provider can read with an empty plan (${share.toFixed(1)} %), ${String(lines.length - readable.length)} that it cannot read; ` +
      `${String(summary.import)} to import, ${String(summary.add)} to add, ${String(summary.change)} to change, ${String(summary.remove)} to destroy; ${product}, ${seconds.toFixed(1)} s`,
    ...byCount(causes).map(([cause, those]) => `unreadable for the provider in ${counted(those.length)}: ${cause}`),
    ...byCount(ignored).map(([reason, guests]) => `ignored in ${counted(guests.length)}: ${reason}`),
    ...(slow.length === 0 ? [] : [`silent guest agents, for which Terraform waits 15 minutes whenever it refreshes: ${slow.map(({ vmid }) => vmid).join(', ')}`]),
  ];
}

const counted = (count: number): string => `${String(count)} ${count === 1 ? 'guest' : 'guests'}`;
const byCount = <T>(groups: ReadonlyMap<string, readonly T[]>): [string, readonly T[]][] => [...groups].toSorted(([, a], [, b]) => b.length - a.length);
