import * as z from 'zod';
import { demands } from '../policy/decision.ts';
import { origin, riskLevel } from '../proposal/proposal.ts';

const common = {
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** SHA-256 (lower-case hex) of the line before, without its line feed; 64 zeros for the very first. */
  previous: z.string().regex(/^[0-9a-f]{64}$/),
  /** `user@realm` or `user@realm!token` of the connection. */
  user: z.string(),
  /** The operating system's user. */
  osUser: z.string(),
  connection: z.string(),
  /** The proposal's id. */
  proposal: z.uuid(),
};

/** One line of the audit log. */
export const auditEntry = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('proposed'), ...common, origin, surface: z.string(), summary: z.string(), risk: riskLevel,
    /** Without secrets: references stay references. */
    steps: z.array(z.strictObject({ id: z.string(), driver: z.string(), operation: z.string(), target: z.string(), parameters: z.record(z.string(), z.unknown()), description: z.string(),
      /** Of steps that do many things at once. */
      parts: z.array(z.strictObject({ id: z.string(), action: z.string(), description: z.string() })).optional(),
    })),
  }),
  z.strictObject({ event: z.literal('decided'), ...common, /** `resumed` and `rolled-back`: of a run that had come to a halt, or to its end. */ decision: z.enum(['approved', 'cancelled', 'refused', 'resumed', 'rolled-back']), by: z.enum(['person', 'policy']), demand: z.enum(demands), reasons: z.array(z.string()).readonly(), safeguards: z.array(z.string()).readonly() }),
  z.strictObject({ event: z.literal('step'), ...common, step: z.string(), state: z.string(), upid: z.string().optional(), error: z.string().optional(), parts: z.record(z.string(), z.string()).optional() }),
  z.strictObject({ event: z.literal('ended'), ...common, state: z.string() }),
  z.strictObject({ event: z.literal('rehearsed'), ...common, succeeded: z.boolean() }),
  /** The first line of a file that follows a rotated one. */
  z.strictObject({ event: z.literal('continued'), at: common.at, previous: common.previous, from: z.string() }),
]);
export type AuditEntry = z.infer<typeof auditEntry>;
type WithoutChain<T> = T extends AuditEntry ? Omit<T, 'previous' | 'at' | 'osUser'> : never;
/** What a caller says; the log adds when, who on this machine, and the chain. */
export type AuditEvent = WithoutChain<AuditEntry>;
