import * as z from 'zod';
import { type Parameters, type PveClient, PveError, type RequestOptions } from '../../pve/index.ts';

/** Reads a cluster for a rehearsal: what may not be read, or cannot be, is noted and does without. Only ever gets. */
export class Reading {
  readonly client: PveClient;
  readonly options: RequestOptions;
  readonly #unknown = new Set<string>();

  constructor(client: PveClient, signal: AbortSignal | undefined) {
    this.client = client;
    this.options = signal === undefined ? {} : { signal };
  }

  /** Whole sentences about what is not known. */
  get unknown(): readonly string[] {
    return [...this.#unknown];
  }

  /** @param what the subject of “… is not known” @returns undefined when it cannot be read @throws PveError when the cluster cannot be asked at all, or when cancelled */
  get<T>(path: string, parameters: Parameters, schema: z.ZodType<T>, what: string): Promise<T | undefined> {
    return this.attempt(what, async () => schema.parse(await this.client.get(path, parameters, this.options)));
  }

  /** The same for several requests together. */
  async attempt<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!isPassable(error)) throw error;
      this.note(`${what} is not known: ${error instanceof PveError ? error.message : 'the answer is none that Proxmox VE gives.'}`);
      return undefined;
    }
  }

  note(sentence: string): void {
    this.#unknown.add(sentence);
  }
}

const PASSABLE: ReadonlySet<string> = new Set(['forbidden', 'not-found', 'bad-parameter', 'node-unreachable', 'server-error']);

function isPassable(error: unknown): boolean {
  return error instanceof z.ZodError || error instanceof RangeError || (error instanceof PveError && PASSABLE.has(error.kind));
}
