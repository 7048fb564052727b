import type { Disposable } from '../base/index.ts';
import type { Connection } from './connection.ts';

/** What the API takes as a parameter value; arrays are sent as repeated parameters, booleans as 0/1. */
export type ParameterValue = string | number | boolean | readonly string[] | undefined;
export type Parameters = Readonly<Record<string, ParameterValue>>;

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the request is given up; default 30,000. */
  readonly timeout?: number;
}

/** A task's state: `GET /nodes/{node}/tasks/{upid}/status`. */
export interface TaskStatus {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  /** Seconds since the epoch. */
  readonly starttime: number;
  readonly status: 'running' | 'stopped';
  /** `OK`, `WARNINGS: n` or the error; present when stopped. */
  readonly exitstatus?: string;
}

/**
 * A client of one connection. All paths are below `/api2/json`, e.g. `/cluster/resources`, with their variable parts
 * already percent-encoded. Results are the `data` member, unparsed: callers give them to a zod schema (see `wire/`).
 * Every method rejects with `PveError`.
 */
export interface PveClient extends Disposable {
  readonly connection: Connection;
  get(path: string, parameters?: Parameters, options?: RequestOptions): Promise<unknown>;
  post(path: string, parameters?: Parameters, options?: RequestOptions): Promise<unknown>;
  put(path: string, parameters?: Parameters, options?: RequestOptions): Promise<unknown>;
  delete(path: string, parameters?: Parameters, options?: RequestOptions): Promise<unknown>;
  /** Resolves when the task has ended well; rejects with kind `task-failed` and the log's tail when it has not. */
  waitForTask(upid: string, options?: RequestOptions & { readonly onLog?: (lines: readonly string[]) => void }): Promise<TaskStatus>;
}
