import { setTimeout as delay } from 'node:timers/promises';
import type { PveClient, RequestOptions, TaskStatus } from '../client.ts';
import { PveError } from '../errors.ts';
import { printable } from '../printable.ts';
import { readObject } from '../wire/rows.ts';
import { isTaskFailure, taskStatus } from '../wire/task.ts';
import { TaskLog } from './task-log.ts';
import { parseUpid } from './upid.ts';

/** Milliseconds between two looks at the task: a tenth of the time it has taken so far, so that its end is seen about that much late. */
const shortestPause = 100;
const longestPause = 2_000;
/** A node that is briefly away (a reboot of pveproxy, a hiccup of the network) does not end the wait. Milliseconds. */
const patience = 30_000;

export type WaitOptions = RequestOptions & { readonly onLog?: (lines: readonly string[]) => void };

/**
 * Follows a task to its end by its status and log. `timeout` is that of each request: tasks take as long as they take.
 * Cancelling ends the waiting, not the task.
 * @throws PveError of kind `task-failed` with the log's tail; `bad-parameter` when it is no UPID; and as `get` does.
 */
export async function waitForTask(client: PveClient, upid: string, options: WaitOptions = {}): Promise<TaskStatus> {
  const { onLog, ...request } = options;
  const task = parseUpid(upid);
  if (task === undefined) {
    throw new PveError({ kind: 'bad-parameter', message: `“${printable(upid, 120)}” is not the id of a task.`, fields: { upid: 'is not a UPID' } });
  }
  const path = `/nodes/${encodeURIComponent(task.node)}/tasks/${encodeURIComponent(upid)}`;
  const log = new TaskLog(client, `${path}/log`, request, onLog);
  const begun = performance.now();
  let awaySince: number | undefined;
  for (;;) {
    try {
      const status = readStatus(await client.get(`${path}/status`, {}, request), client.connection.name, `GET ${path}/status`);
      awaySince = undefined;
      const stopped = status.status === 'stopped';
      const failed = stopped && isTaskFailure(status.exitstatus);
      if (onLog !== undefined || failed) await log.read(!stopped);
      if (failed) throw taskFailed(status, log.tail);
      if (stopped) return status;
    } catch (error) {
      if (!(error instanceof PveError) || (error.kind !== 'unreachable' && error.kind !== 'node-unreachable')) throw error;
      awaySince ??= performance.now();
      if (performance.now() - awaySince > patience) throw error;
    }
    const pause = (performance.now() - begun) / 10;
    await rest(Math.min(longestPause, Math.max(shortestPause, pause)), upid, request.signal);
  }
}

async function rest(milliseconds: number, upid: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new PveError({ kind: 'cancelled', message: `Waiting for the task ${upid} was cancelled; the task itself goes on.`, upid, cause });
  }
}

function readStatus(data: unknown, source: string, request: string): TaskStatus {
  const { exitstatus, ...rest } = readObject(taskStatus, data, source, request);
  return typeof exitstatus === 'string' ? { ...rest, exitstatus } : rest;
}

function taskFailed({ upid, type, id, node, exitstatus = '' }: TaskStatus, taskLog: readonly string[]): PveError {
  return new PveError({
    kind: 'task-failed',
    message: `The task ${type}${id === '' ? '' : ` of ${id}`} on ${node} failed: ${printable(exitstatus)}.`,
    advice: 'The log of the task tells more.',
    upid,
    taskLog,
  });
}
