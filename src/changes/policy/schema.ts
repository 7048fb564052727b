import * as z from 'zod';
import { origin, riskLevel } from '../proposal/proposal.ts';
import { demands } from './decision.ts';

const names = z.array(z.string().min(1)).min(1);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time of day like 22:30');
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const rule = z
  .strictObject({
    connections: names.optional().describe('Ids or names of connections.'),
    pools: names.optional().describe('Pools that the guests are in, or come into; those below them count too.'),
    tags: names.optional().describe('Tags, one of which the guests have.'),
    operations: names.optional().describe('Operations such as guest.destroy; * stands for any text.'),
    origins: z.array(origin).min(1).optional().describe('Who asks.'),
    risk: riskLevel.optional().describe('At least this risk.'),
    demand: z.enum(demands).describe('What is wanted before the proposal may run.'),
    reason: z.string().optional().describe('Why, shown in the review.'),
  })
  .describe('Applies to the steps for which everything it names is true. The first rule that applies decides.');

const quiet = z.strictObject({
  from: timeOfDay.describe('Local time.'),
  to: timeOfDay.describe('Local time; before “from”: on the next day.'),
  days: z.array(z.enum(weekdays)).min(1).optional().describe('Days on which the hours begin; absent: every day.'),
  demand: z.enum(demands).default('refuse'),
});

const amount = z.number().min(0);

/** `proxmox.policy` of the settings and `.proxmox/policy.yaml`. */
export const policySchema = z.strictObject({
  rules: z.array(rule).default([]),
  readOnly: names.optional().describe('Ids or names of connections through which nothing is changed; * for all.'),
  quietHours: z.array(quiet).default([]),
  maximumGuests: z.int().min(1).optional().describe('How many guests one proposal may touch.'),
  budget: z
    .strictObject({
      cpus: amount.optional().describe('CPUs that one proposal may add.'),
      memoryGiB: amount.optional().describe('Memory that one proposal may add.'),
      diskGiB: amount.optional().describe('Disk space that one proposal may add.'),
      cost: amount.optional().describe('Cost per month that one proposal may add; needs prices.'),
    })
    .optional(),
  prices: z
    .strictObject({ currency: z.string().min(1).max(8), cpu: amount, memoryGiB: amount, diskGiB: amount })
    .optional()
    .describe('Per month, for each CPU, GiB of memory and GiB of disk.'),
});

export type Policy = z.infer<typeof policySchema>;
export type Rule = Policy['rules'][number];

/** The JSON Schema of a policy, for completion and validation in the editor. */
export const policyJsonSchema = (): Record<string, unknown> => z.toJSONSchema(policySchema, { io: 'input' });
