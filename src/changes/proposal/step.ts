import * as z from 'zod';
import { part } from './part.ts';
import { target } from './target.ts';

/** A value that must not be written anywhere: the run asks for it under this reference when it is needed. */
export const secretReference = z.strictObject({ $secret: z.string().min(1) });
export type SecretReference = z.infer<typeof secretReference>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** Parameters as the API names them. `undefined` never occurs: what is not set is not there. */
export const stepParameters = z.record(z.string(), z.union([scalar, z.array(z.string()), secretReference]));
export type StepParameters = z.infer<typeof stepParameters>;

/** One thing to do, without its place in a proposal. */
export const action = z.strictObject({
  /** Who does it: `api`, `upload`, `terraform`, … */
  driver: z.string().min(1),
  /** Name of an operation of the catalogue, e.g. `guest.start`. */
  operation: z.string().min(1),
  target,
  parameters: stepParameters,
  /** One sentence for people: “Start VM 100 (web) on pve1”. */
  description: z.string().min(1),
});
export type Action = z.infer<typeof action>;

/** One mutation of a proposal. */
export const step = action.extend({
  /** Unique within the proposal. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** Ids of the steps that must have ended well before this one begins; steps without common ancestors run side by side. */
  after: z.array(z.string()),
  /** What undoes it; absent when nothing does. */
  inverse: action.optional(),
  /** What else may be tried when this fails for good. */
  fallback: action.optional(),
  /** The things it does at once, for operations that do many. */
  parts: z.array(part).optional(),
  /** Set when it stands here to make another step safe. */
  safeguard: z.boolean().optional(),
});
export type Step = z.infer<typeof step>;

export function isSecretReference(value: unknown): value is SecretReference {
  return typeof value === 'object' && value !== null && '$secret' in value;
}
