import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Clock, Emitter, type Event, type Logger } from '../../base/index.ts';
import { lock } from '../run/file-lock.ts';
import { GENESIS, hashOf, readLine, sealed } from './chain.ts';
import type { AuditEntry, AuditEvent } from './entry.ts';
import { auditFiles, CURRENT, KEPT, lastLineOf, linesOf, numbered } from './files.ts';

/** A file that has grown to this is put aside. Bytes. */
export const ROTATE_AT = 10 * 1024 * 1024;

export interface AuditOptions {
  /** Absolute path; shared by all windows. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Bytes; for tests. */
  readonly rotateAt?: number;
}

/**
 * The append-only log of everything proposed, decided and done: JSON Lines in which each entry carries the hash of the one before.
 * An entry is on the disk when `append` resolves. Windows take turns by a lock file.
 */
export class AuditLog {
  readonly #options: AuditOptions;
  readonly #changes = new Emitter<AuditEntry>();
  #turn: Promise<unknown> = Promise.resolve();

  /** An entry of this window was written. */
  readonly onDidAppend: Event<AuditEntry> = this.#changes.event;

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** Rejects with the system's error when it cannot be written: whoever asks must then not go on. */
  append(event: AuditEvent): Promise<void> {
    const next = this.#turn.then(() => this.#append(event));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  /** Entries of all files, newest first; lines that cannot be read are left out (`verify` tells of them). */
  async entries(limit = 1_000): Promise<readonly AuditEntry[]> {
    const result: AuditEntry[] = [];
    for (const name of (await auditFiles(this.#options.folder)).reverse()) {
      for (const line of [...(await linesOf(this.#options.folder, name)).lines].reverse()) {
        const read = readLine(line);
        if (read.ok && read.entry.event !== 'continued') result.push(read.entry);
        if (result.length >= limit) return result;
      }
    }
    return result;
  }

  async #append(event: AuditEvent): Promise<void> {
    const { folder, clock, rotateAt = ROTATE_AT } = this.#options;
    await mkdir(folder, { recursive: true });
    const held = await lock(join(folder, 'audit.lock'));
    try {
      if (((await stat(join(folder, CURRENT)).catch(() => undefined))?.size ?? 0) >= rotateAt) await this.#rotate();
      let last = await this.#last();
      // Also after a rotation that a crash or a full disk broke off before this line was written.
      if (last !== undefined && last.file !== CURRENT) last = { file: CURRENT, hash: await this.#write([{ event: 'continued', at: this.#at(clock), previous: last.hash, from: last.file }], last.hash) };
      const previous = last?.hash ?? GENESIS;
      const entry = { ...event, at: this.#at(clock), osUser: userInfo().username, previous } as AuditEntry;
      await this.#write([entry], previous);
      this.#changes.fire(entry);
    } finally {
      await held.release();
    }
  }

  #at(clock: Clock): string {
    return new Date(clock.now()).toISOString();
  }

  /** The hash of the last line, and the file it is in; undefined before the first. A line that was cut off by a crash is ended, so that it shows as broken and harms no other. */
  async #last(): Promise<{ readonly file: string; readonly hash: string } | undefined> {
    const { folder, logger } = this.#options;
    for (const file of (await auditFiles(folder)).reverse()) {
      const last = await lastLineOf(folder, file);
      if (last === undefined) continue;
      if (last.cutOff) {
        logger.warn(`The last entry of ${join(folder, file)} is incomplete.`);
        await appendTo(join(folder, file), '\n');
      }
      return { file, hash: hashOf(last.line) };
    }
    return undefined;
  }

  async #write(entries: readonly AuditEntry[], last: string): Promise<string> {
    let hash = last;
    let text = '';
    for (const entry of entries) {
      const line = sealed(entry);
      text += `${line}\n`;
      hash = hashOf(line);
    }
    await appendTo(join(this.#options.folder, CURRENT), text);
    return hash;
  }

  async #rotate(): Promise<void> {
    const { folder } = this.#options;
    await rm(join(folder, numbered(KEPT)), { force: true });
    for (let number = KEPT - 1; number >= 1; number--) {
      await rename(join(folder, numbered(number)), join(folder, numbered(number + 1))).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));
    }
    await rename(join(folder, CURRENT), join(folder, numbered(1)));
  }
}

async function appendTo(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
