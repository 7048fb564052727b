import type { PveClient, RequestOptions } from '../client.ts';
import { readRows } from '../wire/rows.ts';
import { taskLogLine } from '../wire/task.ts';

/** Lines per request. */
const page = 500;
/** Lines that are kept for the error of a failed task. */
const kept = 25;

/** A task's log, read on from where the last reading ended. */
export class TaskLog {
  readonly #client: PveClient;
  readonly #path: string;
  readonly #request: RequestOptions;
  readonly #onLines: ((lines: readonly string[]) => void) | undefined;
  #next = 0;
  #tail: readonly string[] = [];

  constructor(client: PveClient, path: string, request: RequestOptions, onLines: ((lines: readonly string[]) => void) | undefined) {
    this.#client = client;
    this.#path = path;
    this.#request = request;
    this.#onLines = onLines;
  }

  /** The last lines read so far. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** Reads everything that is there. @param growing The task still runs, so a log without lines has none yet. */
  async read(growing: boolean): Promise<void> {
    for (;;) {
      const data = await this.#client.get(this.#path, { start: this.#next, limit: page }, this.#request);
      const lines = readRows(taskLogLine, data, this.#client.connection.name, `GET ${this.#path}`).rows.map(({ t }) => t);
      // A log without lines is sent as this one (PVE::Tools, dump_logfile).
      const empty = this.#next === 0 && lines.length === 1 && lines[0] === 'no content';
      if (lines.length === 0 || (empty && growing)) return;
      this.#next += lines.length;
      this.#tail = [...this.#tail, ...lines].slice(-kept);
      this.#onLines?.(lines);
      if (lines.length < page) return;
    }
  }
}
