import * as z from 'zod';
import { proposal } from '../proposal/proposal.ts';

/** How far a step is. `unknown`: it was sent, and no answer came; the cluster is read before anything else is done about it. */
export const stepStates = ['waiting', 'sending', 'running', 'done', 'failed', 'unknown', 'cancelled', 'skipped', 'rolled-back'] as const;

export const partStates = ['waiting', 'running', 'done', 'failed', 'unknown', 'skipped'] as const;

/** How far one part of a step is. `unknown`: it was begun, and how it ended is not told; `skipped`: it was never begun. */
export const partRecord = z.strictObject({
  state: z.enum(partStates),
  /** Milliseconds since the epoch. */
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  /** What it said last: “Still modifying… [10s elapsed]”. */
  text: z.string().optional(),
  error: z.string().optional(),
});
export type PartRecord = z.infer<typeof partRecord>;

/** What is known of one step. */
export const stepRecord = z.strictObject({
  state: z.enum(stepStates),
  /** How often it was sent. */
  attempts: z.int().min(0),
  /** Seconds since the epoch when it was last sent, by the cluster's clock as far as known. */
  sentAt: z.number().optional(),
  /** Milliseconds since the epoch. */
  endedAt: z.number().optional(),
  upid: z.string().optional(),
  /** The error's kind and message; no secrets. */
  error: z.strictObject({ kind: z.string(), message: z.string() }).optional(),
  /** The last lines of the task's log. */
  log: z.array(z.string()).optional(),
  /** By the parts' ids, for steps that have parts. */
  parts: z.record(z.string(), partRecord).optional(),
  /** The driver that did it, when it was the fallback. */
  fallback: z.boolean().optional(),
});
export type StepRecord = z.infer<typeof stepRecord>;

export const runStates = ['running', 'succeeded', 'failed', 'cancelled', 'rolling-back', 'rolled-back', 'left'] as const;

/** The journal of a run: all that is needed to go on with it in another process. One JSON file per run. */
export const journal = z.strictObject({
  version: z.literal(1),
  /** The id of the proposal: a proposal runs once. */
  id: z.uuid(),
  state: z.enum(runStates),
  started: z.iso.datetime(),
  ended: z.iso.datetime().optional(),
  /** As approved: with the ticked safeguards among the steps. */
  proposal,
  /** By step id; inverses of a roll-back under `<id>~`. */
  steps: z.record(z.string(), stepRecord),
});
export type Journal = z.infer<typeof journal>;
