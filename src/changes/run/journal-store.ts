import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Logger } from '../../base/index.ts';
import { type FileLock, tryLock } from './file-lock.ts';
import { journal, type Journal } from './run.ts';

/** The journals of all runs: one JSON file each, in a folder that all windows share. */
export class JournalStore {
  readonly #folder: string;
  readonly #logger: Logger;

  /** @param folder absolute path */
  constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  /** Writes the first journal of a run. @returns false when there is one with that id already: a proposal runs once. */
  async create(first: Journal): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true });
    const handle = await open(this.#file(first.id), 'wx', 0o600).catch((error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? undefined : Promise.reject(error)));
    if (handle === undefined) return false;
    try {
      await handle.writeFile(JSON.stringify(first));
      await handle.sync();
    } catch (error) {
      // Half a journal would say for ever that the proposal has run.
      await rm(this.#file(first.id), { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  }

  /** On the disk when it resolves; a kill in between leaves the journal as it was. */
  async write(current: Journal): Promise<void> {
    await writeFileAtomic(this.#file(current.id), JSON.stringify(current), { mode: 0o600 });
  }

  /** Undefined when there is none, or none that can be read (which is logged). */
  async read(id: string): Promise<Journal | undefined> {
    let text: string;
    try {
      text = await readFile(this.#file(id), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return journal.parse(JSON.parse(text));
    } catch (error) {
      this.#logger.error(`The journal ${this.#file(id)} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  async all(): Promise<readonly Journal[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : Promise.reject(error)));
    const ids = names.flatMap((name) => /^([0-9a-f-]{36})\.json$/.exec(name)?.[1] ?? []);
    return (await Promise.all(ids.map((id) => this.read(id)))).filter((each) => each !== undefined);
  }

  /** The right to work on a run; undefined while another window has it. */
  async claim(id: string): Promise<FileLock | undefined> {
    await mkdir(this.#folder, { recursive: true });
    return tryLock(join(this.#folder, `${id}.lock`));
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}
