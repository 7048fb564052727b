import * as z from 'zod';
import { number } from './number.ts';

/** `GET /nodes/{node}/tasks/{upid}/status`; times in seconds since the epoch. */
export const taskStatus = z.object({
  upid: z.string(),
  node: z.string(),
  type: z.string(),
  id: z.string(),
  user: z.string(),
  starttime: number,
  status: z.enum(['running', 'stopped']),
  exitstatus: z.string().nullish(),
});

/** A line of `GET /nodes/{node}/tasks/{upid}/log`: its number, counted from 1, and text. */
export const taskLogLine = z.object({ n: number, t: z.string().nullish().transform((text) => text ?? '') });
export type TaskLogLine = z.infer<typeof taskLogLine>;

/**
 * A row of `GET /nodes/{node}/tasks` or `GET /cluster/tasks`; times in seconds since the epoch. `status` is the exit status;
 * a task that runs has none (or, in a node's list, `RUNNING`) and no `endtime`.
 */
export const taskRow = z.object({
  upid: z.string(),
  node: z.string(),
  type: z.string(),
  id: z.string().nullish(),
  user: z.string(),
  starttime: number,
  endtime: number.nullish(),
  status: z.string().nullish(),
});
export type TaskRow = z.infer<typeof taskRow>;

/** Whether an exit status is a failure: neither `OK` nor `WARNINGS: n` (PVE::Tools, upid_status_is_error). */
export function isTaskFailure(exitstatus: string | undefined): boolean {
  return exitstatus !== undefined && exitstatus !== 'OK' && !/^WARNINGS: \d+$/.test(exitstatus);
}
