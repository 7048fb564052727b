import type { PveClient } from '../../pve/index.ts';
import { readObject, readRows, taskLogLine, taskStatus } from '../../pve/wire/index.ts';

/** Whether a task runs, and how it ended. */
export interface TaskState {
  readonly running: boolean;
  /** `OK`, `WARNINGS: n` or the error. */
  readonly exitstatus?: string;
}

/** Proxmox VE says this in place of a log that has no line yet (PVE/Tools.pm, `dump_logfile`). */
const noContent = 'no content';

/**
 * Lines of a task's log: at most `limit` of them, from `start` (0 is the first).
 * @throws PveError as the client does, and `not-proxmox` when the answer is no list
 */
export async function taskLogLines(client: PveClient, upid: string, start: number, limit: number, signal?: AbortSignal): Promise<readonly string[]> {
  const path = `${taskPath(upid)}/log`;
  const data = await client.get(path, { start, limit }, signal === undefined ? {} : { signal });
  const lines = readRows(taskLogLine, data, client.connection.name, `GET ${path}`).rows.filter(({ n }) => n > start);
  if (lines.length === 1 && lines[0]?.n === 1 && lines[0].t === noContent) return [];
  return lines.map(({ t }) => t);
}

/** @throws PveError as the client does, and `not-proxmox` when the answer is no task's state */
export async function taskState(client: PveClient, upid: string, signal?: AbortSignal): Promise<TaskState> {
  const path = `${taskPath(upid)}/status`;
  const data = await client.get(path, undefined, signal === undefined ? {} : { signal });
  const { status, exitstatus } = readObject(taskStatus, data, client.connection.name, `GET ${path}`);
  return { running: status === 'running', ...(typeof exitstatus === 'string' && { exitstatus }) };
}

/** `UPID:<node>:…`: the node comes second. */
function taskPath(upid: string): string {
  const node = upid.split(':')[1] ?? '';
  return `/nodes/${encodeURIComponent(node)}/tasks/${encodeURIComponent(upid)}`;
}
