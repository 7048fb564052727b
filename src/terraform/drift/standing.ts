import type { GuestRow, Row } from '../../inventory/index.ts';
import { isIgnored } from '../edit/index.ts';
import { observe } from '../import/index.ts';
import type { ManagedResource } from '../state/index.ts';
import { compare, type Difference } from './compare.ts';
import type { KnownConfig } from './guest-configs.ts';

/** How a resource of the state stands to the cluster. */
export type Standing =
  | { readonly kind: 'in-sync' }
  | { readonly kind: 'drifted'; readonly differences: readonly Difference[] }
  /** In the state, and not on the cluster (or not visible to the user). */
  | { readonly kind: 'missing' }
  /** Not known, or not yet. */
  | { readonly kind: 'unknown'; readonly why: string };

export interface ResourceDrift {
  readonly resource: ManagedResource;
  /** The inventory's row that it is; undefined for what the inventory does not follow. */
  readonly rowId: string | undefined;
  readonly standing: Standing;
  /** What only a plan can tell about it. */
  readonly undecided: readonly { readonly what: string; readonly why: string }[];
}

/** What is known of the cluster. */
export interface ClusterView {
  /** `ok` once the rows are those of the cluster; before that nothing is missing. */
  readonly fresh: boolean;
  readonly rows: ReadonlyMap<string, Row>;
  readonly config: (rowId: string) => KnownConfig | undefined;
  /** Comments of the pools by their ids; undefined while they are not known. */
  readonly pools: ReadonlyMap<string, string> | undefined;
}

/** The row of the inventory that a resource is. */
export function rowIdOf({ target }: Pick<ManagedResource, 'target'>): string | undefined {
  if (target === undefined) return undefined;
  return target.kind === 'pool' ? `/pool/${target.pool}` : `${target.guest}/${String(target.vmid)}`;
}

/** Whether the guest's configuration is needed to tell. */
export const needsConfig = ({ type }: ManagedResource): boolean => COMPARED.has(type);

/** The types whose attributes the mapping of the import has; of others it is told whether they are there. */
const COMPARED = new Set(['proxmox_virtual_environment_vm', 'proxmox_virtual_environment_container']);

const RUN_A_PLAN = 'run a plan to be sure';

/** Pure, and quick: a resource takes well below a millisecond. */
export function standingOf(resource: ManagedResource, cluster: ClusterView): ResourceDrift {
  const rowId = rowIdOf(resource);
  const told = (standing: Standing, undecided: ResourceDrift['undecided'] = []): ResourceDrift => ({ resource, rowId, standing, undecided });
  const unknown = (why: string): ResourceDrift => told({ kind: 'unknown', why });
  if (rowId === undefined || resource.target === undefined) return unknown(`only Terraform knows how it is on the cluster: ${RUN_A_PLAN}`);
  if (!cluster.fresh) return unknown('the cluster has not been asked yet');
  const row = cluster.rows.get(rowId);
  if (row === undefined) return told({ kind: 'missing' });
  if (resource.tainted) return unknown('Terraform has marked it as tainted, and the next apply destroys it and makes it anew');
  if (resource.target.kind === 'pool') return told(...poolStanding(resource, resource.target.pool, cluster));
  if (row.kind !== 'qemu' && row.kind !== 'lxc') return unknown(RUN_A_PLAN);
  if (!COMPARED.has(resource.type)) return unknown(`it is there; whether it is as the code says, only Terraform knows: ${RUN_A_PLAN}`);
  const known = cluster.config(rowId);
  if (known === undefined) return unknown('its configuration has not been read yet');
  if (!known.ok) return unknown(`its configuration cannot be read: ${known.error.message}`);
  return guestStanding(resource, row, known.config, told);
}

function guestStanding(resource: ManagedResource, row: GuestRow, config: Readonly<Record<string, unknown>>, told: (standing: Standing, undecided: ResourceDrift['undecided']) => ResourceDrift): ResourceDrift {
  const observation = observe({ kind: row.kind, vmid: row.vmid, node: row.node, running: row.status !== 'stopped', pool: row.pool, config });
  // A node that is silent does not tell whether its guests run.
  const rows = row.status === 'unknown' ? observation.rows.filter(([name]) => name !== 'started') : observation.rows;
  const { differences: found, undecided } = compare(resource.attributes, { ...observation, rows });
  // The state's secrets are not looked at, so they are not compared either.
  const differences = found.filter(({ path }) => !isIgnored(path, resource.secret));
  return told(differences.length === 0 ? { kind: 'in-sync' } : { kind: 'drifted', differences }, [...undecided, ...resource.secret.map((what) => ({ what, why: 'its value is secret' }))]);
}

function poolStanding({ attributes }: ManagedResource, pool: string, { pools }: ClusterView): [Standing, ResourceDrift['undecided']] {
  const comment = pools?.get(pool);
  if (comment === undefined) return [{ kind: 'in-sync' }, [{ what: 'comment', why: 'the pools have not been read yet' }]];
  const known = typeof attributes['comment'] === 'string' ? attributes['comment'] : '';
  if (known === comment) return [{ kind: 'in-sync' }, []];
  return [{ kind: 'drifted', differences: [{ path: 'comment', state: known, cluster: comment, kind: 'attribute' }] }, []];
}

/** Guests in scope that no resource is; templates among them. */
export function unmanagedGuests(rows: ReadonlyMap<string, Row>, managed: Iterable<string>): readonly GuestRow[] {
  const known = new Set(managed);
  return [...rows.values()].filter((row): row is GuestRow => (row.kind === 'qemu' || row.kind === 'lxc') && !known.has(row.id));
}

/** A difference in a few words: `memory[0].dedicated 2048 → 4096`. */
export function differenceText({ path, state, cluster, kind }: Difference): string {
  const short = path.replaceAll('[0]', '');
  if (kind === 'block-added') return `${short} added`;
  if (kind === 'block-removed') return `${short} removed`;
  return `${short} ${valueText(state)} → ${valueText(cluster)}`;
}

/** A value as it stands in code, at most 40 characters. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
