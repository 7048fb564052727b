import { z } from 'zod';

const probability = z.number().min(0).max(1).default(1).describe('How often the fault happens, 0 … 1.');

const taskFault = z.strictObject({
  type: z.string().optional().describe('Worker type, e.g. qmstart; * stands for any text. Absent: every task.'),
  at: z.number().min(0).max(100).describe('How much of the work is done when the task fails, in percent.'),
  message: z.string().default('simulated failure').describe('The task’s error.'),
});

/** One rule of a faults file. The first rule that matches a request and whose dice fall decides. */
export const faultRule = z
  .strictObject({
    path: z.string().startsWith('/').optional().describe('Path below /api2/json; * stands for one segment, ** for any number. Absent: every path.'),
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
    probability,
    delay: z.number().int().min(0).optional().describe('Milliseconds before the answer.'),
    drop: z.literal(true).optional().describe('Close the connection without an answer.'),
    hang: z.literal(true).optional().describe('Never answer.'),
    status: z.number().int().min(400).max(599).optional().describe('Answer with this status, e.g. 500, 595, 596.'),
    message: z.string().optional().describe('Reason phrase for status.'),
    truncate: z.literal(true).optional().describe('Break off in the middle of the body.'),
    'expire-ticket': z.literal(true).optional().describe('Answer 401 as if ticket or token were no longer good.'),
    task: taskFault.optional().describe('Let tasks fail; path and method are not looked at.'),
  })
  .refine((rule) => ['delay', 'drop', 'hang', 'status', 'truncate', 'expire-ticket', 'task'].some((key) => rule[key as keyof typeof rule] !== undefined), {
    message: 'says no fault: give one of delay, drop, hang, status, truncate, expire-ticket, task',
  });

export const faultsFile = z.strictObject({ faults: z.array(faultRule) });

export type FaultRule = z.infer<typeof faultRule>;
