import * as z from 'zod';
import { target } from './target.ts';

/** What a part does to its resource. `import` takes it over as it is, `read` only asks, `forget` leaves it alone from now on. */
export const partActions = ['create', 'update', 'replace', 'destroy', 'import', 'read', 'forget'] as const;
export type PartAction = (typeof partActions)[number];

/**
 * What a change means for what runs, from the mildest to the gravest: nothing; it takes effect only with the next start (`pending`); it will be
 * refused while it is done (`fails`); a reboot (`reboot`); a stop, mostly with a start after it (`restart`); a disk that the guest loses or that is
 * made anew without its data (`disk-lost`); something that is destroyed and made anew (`recreated`), or is gone for good (`destroyed`).
 */
export const consequenceKinds = ['nothing', 'pending', 'fails', 'reboot', 'restart', 'disk-lost', 'recreated', 'destroyed'] as const;
export type ConsequenceKind = (typeof consequenceKinds)[number];

/** One attribute that is another one afterwards. */
export const attributeChange = z.strictObject({
  /** As one writes it: `cpu[0].cores`. */
  path: z.string().min(1),
  /** Absent where there is nothing, or where it is secret. */
  before: z.json().optional(),
  after: z.json().optional(),
  /** The value becomes known only when it is done. */
  unknown: z.boolean().optional(),
  /** Its values are left out. */
  sensitive: z.boolean().optional(),
  /** This is why the resource is replaced. */
  replaces: z.boolean().optional(),
  /** What this attribute's change means by itself; absent: nothing. */
  consequence: z.enum(consequenceKinds).optional(),
});
export type AttributeChange = z.infer<typeof attributeChange>;

export const consequence = z.strictObject({
  kind: z.enum(consequenceKinds),
  /** A whole sentence: “VM 100 (web) is rebooted.” */
  text: z.string().min(1),
  /** The paths of the attributes that bring it about. */
  attributes: z.array(z.string()),
});
export type Consequence = z.infer<typeof consequence>;

/**
 * One of many things that a step does at once: a resource of a Terraform plan. Policies look at each part as they would at a step of its own;
 * secrets are in none.
 */
export const part = z.strictObject({
  /** Unique within the step: the resource's address. */
  id: z.string().min(1),
  action: z.enum(partActions),
  /** One sentence for people: “Change VM 100 (web) on pve1”. */
  description: z.string().min(1),
  /** What of the cluster it changes, where that is known; undefined for a guest whose VMID is only given when it is made. */
  target: target.optional(),
  /** What else of the cluster it is made from or put on: a template, a storage, an image. */
  needs: z.array(target),
  /** The operations of the catalogue that come to the same: `guest.configure`, `guest.reboot`. What a policy says of them holds here too. */
  operations: z.array(z.string().min(1)),
  attributes: z.array(attributeChange),
  /** Gravest first. */
  consequences: z.array(consequence),
  /** What it adds to (or, negative, takes from) capacity, CPUs and bytes: of nodes for guests that run, and of storages. */
  nodes: z.array(z.strictObject({ node: z.string(), cpus: z.number(), memory: z.number() })),
  storages: z.array(z.strictObject({ storage: z.string(), node: z.string(), bytes: z.number() })),
});
export type Part = z.infer<typeof part>;

/** Whether it changes anything on the cluster. */
export function changesSomething({ action }: Part): boolean {
  return action !== 'read' && action !== 'import' && action !== 'forget';
}
