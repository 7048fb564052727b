import * as z from 'zod';
import type { GuestTarget } from '../../changes/index.ts';
import type { PveClient } from '../../pve/index.ts';
import type { Choice } from './choices.ts';
import { called, guestPath } from './place.ts';

const blocked = z.object({
  unavailable_storages: z.array(z.string()).optional(),
  'unavailable-resources': z.array(z.string()).optional(),
  'blocking-ha-resources': z.array(z.object({ sid: z.string() })).optional(),
});
/** The two kinds of guests spell it differently. */
const conditions = z.object({
  allowed_nodes: z.array(z.string()).optional(),
  'allowed-nodes': z.array(z.string()).optional(),
  not_allowed_nodes: z.record(z.string(), blocked).optional(),
  'not-allowed-nodes': z.record(z.string(), blocked).optional(),
  local_disks: z.array(z.object({ volid: z.string() })).optional(),
  local_resources: z.array(z.string()).optional(),
});

/** What the cluster says before a guest is migrated: `GET …/migrate`. */
export interface Conditions {
  /** Node → why the guest cannot go there. */
  readonly hindrances: ReadonlyMap<string, string>;
  /** Volume ids of disks that have to be copied. */
  readonly localDisks: readonly string[];
}

/** @throws PveError */
export async function migrationConditions(client: PveClient, target: GuestTarget): Promise<Conditions> {
  return readConditions(target, await client.get(guestPath(target, '/migrate')));
}

/** Reads the answer of `GET …/migrate`. */
export function readConditions(target: GuestTarget, data: unknown): Conditions {
  const read = conditions.parse(data);
  const hindrances = new Map<string, string>();
  for (const [node, { unavailable_storages: storages = [], 'unavailable-resources': devices = [], 'blocking-ha-resources': resources = [] }] of Object.entries(read.not_allowed_nodes ?? read['not-allowed-nodes'] ?? {})) {
    const reasons = [
      ...(storages.length > 0 ? [`${storages.join(', ')} is not available there`] : []),
      ...(devices.length > 0 ? [`${devices.join(', ')} is not mapped there`] : []),
      ...(resources.length > 0 ? [`HA rules keep it away from ${resources.map(({ sid }) => sid).join(', ')}`] : []),
    ];
    // Nodes against which nothing is to be said are listed too.
    if (reasons.length > 0) hindrances.set(node, `${called(target)}: ${reasons.join('; ')}`);
  }
  return { hindrances, localDisks: (read.local_disks ?? []).map(({ volid }) => volid) };
}

/** Nodes that all guests can go to first, then the others, with what hinders them. */
export function migrationChoices(nodes: readonly Choice<string>[], all: readonly Conditions[]): readonly Choice<string>[] {
  const marked = nodes.map((choice) => {
    const reasons = all.flatMap(({ hindrances }) => hindrances.get(choice.value) ?? []);
    return reasons.length === 0 ? choice : { ...choice, label: `$(warning) ${choice.label}`, detail: reasons.join(' · ') };
  });
  return marked.sort((a, b) => Number(a.detail !== undefined) - Number(b.detail !== undefined));
}
