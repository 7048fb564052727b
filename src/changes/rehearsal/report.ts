import * as z from 'zod';

const known = z.union([z.string(), z.number(), z.boolean()]);

/** A value that would be another one afterwards; a side is absent where there is nothing. */
const fieldChange = z.strictObject({ field: z.string().min(1), before: known.optional(), after: known.optional() });
export type FieldChange = z.infer<typeof fieldChange>;

const guestChange = z.strictObject({
  type: z.enum(['qemu', 'lxc']),
  vmid: z.int().positive(),
  /** As it is called afterwards, or was before it was removed. */
  name: z.string().optional(),
  change: z.enum(['added', 'removed', 'changed']),
  /** `status`, `node`, `name` … as the inventory names them, and for guests that the proposal touches the options of their configuration as `config.<option>`. */
  fields: z.array(fieldChange),
});
export type GuestChange = z.infer<typeof guestChange>;

const beforeAfter = z.strictObject({ before: z.number(), after: z.number() });

/** How one step ended in the rehearsal. */
const rehearsedStep = z.strictObject({
  step: z.string().min(1),
  description: z.string().min(1),
  /** `not-rehearsed`: it does more than can be done to a copy (it brings a file along), and was taken for done, or `message` says why it cannot be tried. */
  result: z.enum(['would-succeed', 'would-fail', 'not-reached', 'not-rehearsed']),
  /** Proxmox's or the driver's own words for why it would fail. */
  message: z.string().optional(),
  /** The last lines of its task's log. */
  log: z.array(z.string()),
  /** By the parts' ids, for steps that have parts. */
  parts: z.array(z.strictObject({ part: z.string().min(1), result: z.enum(['would-succeed', 'would-fail', 'not-reached']), message: z.string().optional() })).optional(),
});
export type RehearsedStep = z.infer<typeof rehearsedStep>;

/** What a proposal did to a copy of the cluster. Data only: survives JSON unchanged. */
export const rehearsalReport = z.strictObject({
  version: z.literal(1),
  proposal: z.uuid(),
  /** Whether every step would succeed that can be rehearsed. */
  succeeded: z.boolean(),
  /** In the proposal's order. */
  steps: z.array(rehearsedStep),
  guests: z.array(guestChange),
  /** Memory that running guests may use, and CPUs they have; bytes and CPUs. Only nodes on which it differs, or whose status does. */
  nodes: z.array(z.strictObject({ node: z.string(), memory: beforeAfter, cpus: beforeAfter, status: z.strictObject({ before: z.string(), after: z.string() }).optional() })),
  /** Bytes used. Only storages on which it differs; a shared one once, without a node. */
  storages: z.array(z.strictObject({ storage: z.string(), node: z.string().optional(), used: beforeAfter, total: z.number() })),
  /** Disks, backups, images that come and go on the storages that the proposal is about. */
  volumes: z.array(z.strictObject({ volid: z.string(), node: z.string().optional(), change: z.enum(['added', 'removed']), bytes: z.number() })),
  /** What of the cluster could not be read, so that the rehearsal may be wrong about it; whole sentences. */
  unknown: z.array(z.string()),
  /** Milliseconds it took in all. */
  duration: z.number().nonnegative(),
});
export type RehearsalReport = z.infer<typeof rehearsalReport>;
