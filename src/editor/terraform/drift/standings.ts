import { type Difference, differenceText, type HclBlock, type HclDocument, isSaid, type ResourceDrift } from '../../../terraform/index.ts';
import { addressOf } from '../plan/lens-targets.ts';

/** How a resource of the code stands, with all its instances. */
export interface CodeStanding {
  /** Counts from 0. */
  readonly line: number;
  /** As seen from the folder: `proxmox_virtual_environment_vm.web`, `module.site`. */
  readonly address: string;
  readonly kind: 'in-sync' | 'drifted' | 'missing' | 'unknown' | 'not-applied';
  /** A short sentence without the full stop. */
  readonly text: string;
  /** More about it, a line each. */
  readonly details: readonly string[];
  readonly drifts: readonly ResourceDrift[];
}

/** The worst is told for all. */
const ORDER = ['missing', 'drifted', 'unknown', 'in-sync'] as const;

/**
 * How the resources and modules of a file stand. What the code says already is no drift, though the state does not know it yet: the next
 * plan changes nothing there.
 */
export function standingsIn(document: HclDocument, drifts: readonly ResourceDrift[]): readonly CodeStanding[] {
  return document.blocks.flatMap((block): CodeStanding[] => {
    const address = ownAddress(block);
    if (address === undefined) return [];
    const own = drifts.filter(({ resource }) => (block.type === 'module' ? isWithin(resource.module, address) : resource.module === undefined && `${resource.type}.${resource.name}` === address));
    if (own.length === 0) return block.type === 'module' ? [] : [{ line: block.range.start.line, address, kind: 'not-applied', text: 'Not applied yet', details: [], drifts: [] }];
    return [{ line: block.range.start.line, address, ...together(own.map((drift) => (block.type === 'module' ? drift : besideCode(document, drift)))) }];
  });
}

/** A drift without what the code says already. */
export function besideCode(document: HclDocument, drift: ResourceDrift): ResourceDrift {
  const { standing, resource } = drift;
  if (standing.kind !== 'drifted') return drift;
  const differences = standing.differences.filter((difference) => !isSaid(document, resource, difference));
  return { ...drift, standing: differences.length === 0 ? { kind: 'in-sync' } : { kind: 'drifted', differences } };
}

function together(drifts: readonly ResourceDrift[]): Omit<CodeStanding, 'line' | 'address'> {
  const kind = ORDER.find((each) => drifts.some(({ standing }) => standing.kind === each)) ?? 'unknown';
  const affected = drifts.filter(({ standing }) => standing.kind === kind);
  const [first] = affected;
  const details = drifts.flatMap(({ resource, standing, undecided }) => [
    ...(standing.kind === 'drifted' ? standing.differences.map((one) => `${resource.address}: ${differenceText(one)}`) : []),
    ...undecided.map(({ what, why }) => `${resource.address}: only a plan tells about ${what}: ${why}`),
  ]);
  const text = first === undefined || drifts.length > 1 ? `${WORDS[kind]}: ${String(affected.length)} of ${String(drifts.length)}` : one(first);
  return { kind, text, details, drifts };
}

const WORDS = { 'missing': 'Missing in the cluster', 'drifted': 'Drifted', 'unknown': 'Not known', 'in-sync': 'In sync' } as const;

function one({ standing }: ResourceDrift): string {
  switch (standing.kind) {
    case 'in-sync':
    case 'missing': return WORDS[standing.kind];
    case 'unknown': return `Not known: ${standing.why}`;
    case 'drifted': return `Drifted: ${several(standing.differences)}`;
  }
}

function several(differences: readonly Difference[]): string {
  const shown = differences.slice(0, 2).map(differenceText).join(', ');
  return differences.length > 2 ? `${shown} and ${String(differences.length - 2)} more` : shown;
}

const isWithin = (module: string | undefined, address: string): boolean => module === address || module?.startsWith(`${address}.`) === true || module?.startsWith(`${address}[`) === true;

/** Resources of the Proxmox provider, and modules, which may have some. */
const ownAddress = (block: HclBlock): string | undefined => (block.type === 'resource' && block.labels[0]?.startsWith('proxmox_') !== true ? undefined : addressOf(block));
