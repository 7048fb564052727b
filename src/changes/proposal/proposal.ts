import * as z from 'zod';
import { action, step } from './step.ts';

export const riskLevels = ['low', 'medium', 'high', 'critical'] as const;
export const riskLevel = z.enum(riskLevels);
export type RiskLevel = z.infer<typeof riskLevel>;

/** Why a proposal is as risky as it is; the highest reason decides. */
export const riskReason = z.strictObject({ level: riskLevel, text: z.string(), step: z.string().optional(), /** Of the step, where it has parts. */ part: z.string().optional() });
export type RiskReason = z.infer<typeof riskReason>;

/** A step that may be put before others: a snapshot or a backup first. */
export const safeguard = z.strictObject({
  id: z.string(),
  /** `Take a snapshot of VM 100 first` */
  label: z.string(),
  /** Whether it is ticked when the review opens. */
  recommended: z.boolean(),
  action,
  /** The steps it is to stand before. */
  before: z.array(z.string()),
});
export type Safeguard = z.infer<typeof safeguard>;

const beforeAfter = z.strictObject({ before: z.number(), after: z.number() });

/** What a proposal does to capacity, service and data. Bytes, CPUs; money per month. */
export const effect = z.strictObject({
  /** Whole sentences: what restarts, what is unreachable meanwhile. */
  interruptions: z.array(z.string()),
  /** Whole sentences: what data is lost for good. */
  losses: z.array(z.string()),
  nodes: z.array(z.strictObject({ node: z.string(), cpus: beforeAfter, memory: beforeAfter })),
  storages: z.array(z.strictObject({ storage: z.string(), node: z.string(), bytes: beforeAfter, total: z.number() })),
  /** Only where prices are configured. */
  cost: z.strictObject({ currency: z.string(), before: z.number(), after: z.number() }).optional(),
});
export type Effect = z.infer<typeof effect>;

export const origins = ['person', 'assistant', 'mcp', 'console'] as const;
/** Who wants it. */
export const origin = z.enum(origins);
export type Origin = z.infer<typeof origin>;

/** Ordered steps with everything a person needs to decide. Data only: survives JSON unchanged. */
export const proposal = z
  .strictObject({
    version: z.literal(1),
    id: z.uuid(),
    /** ISO 8601, UTC. */
    created: z.iso.datetime(),
    connection: z.string(),
    origin,
    /** Which surface asked: `explorer`, `palette`, `editor`, `chat`, … */
    surface: z.string(),
    /** One line: “Start 3 guests”. */
    summary: z.string().min(1),
    steps: z.array(step).min(1),
    risk: z.strictObject({ level: riskLevel, reasons: z.array(riskReason) }),
    safeguards: z.array(safeguard),
    effect,
  })
  .superRefine(({ steps }, context) => {
    const seen = new Set<string>();
    for (const [index, { id, after, parts = [] }] of steps.entries()) {
      if (new Set(parts.map((part) => part.id)).size < parts.length) context.addIssue({ code: 'custom', path: ['steps', index, 'parts'], message: 'two parts have the same id' });
      if (seen.has(id)) context.addIssue({ code: 'custom', path: ['steps', index, 'id'], message: `the id '${id}' is used twice` });
      for (const other of after) if (!seen.has(other)) context.addIssue({ code: 'custom', path: ['steps', index, 'after'], message: `'${other}' is no step before this one` });
      seen.add(id);
    }
  });
export type Proposal = z.infer<typeof proposal>;
