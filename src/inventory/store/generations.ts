import { randomUUID } from 'node:crypto';
import * as nodeFileSystem from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Clock, Logger } from '../../base/index.ts';

/** The part of `node:fs/promises` the store writes through, so that tests can put a full disk in its place. */
export type FileSystem = Pick<typeof nodeFileSystem, 'link' | 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'stat' | 'unlink'>;

/** One complete state of the store as it was found on disk. */
export interface Generation {
  /** The highest number in use when it was read: what is built on it is published as `number + 1`. */
  readonly number: number;
  /** Undefined when every file was damaged. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * The store's files in one folder: `inventory.v1.<n>.sqlite`, where the highest `n` is the current state. A file never
 * changes once it has its name, so a reader always sees one complete state and a killed process leaves at most a
 * temporary file behind.
 *
 * Several windows may share the folder without a lock: a writer that built on generation `n` publishes `n + 1` with
 * link(2), which fails when another window was first. The loser then reads the winner's state, adds its own and tries
 * again, so the generations form one line in which nothing is lost. A process killed at any point holds nothing that
 * others wait for.
 *
 * Each file is an SQLite database followed by 16 bytes: a mark, the database's length and its CRC-32. SQLite ignores
 * the trailer, so the files open in any SQLite tool.
 */
export interface Generations {
  /** The newest readable generation; damaged newer ones are set aside as `<file>.corrupt-<time>` with a warning. */
  latest(): Promise<Generation | undefined>;
  /** The highest number in use, readable or not; 0 when there is none. Cheap: one directory listing. */
  highest(): Promise<number>;
  /**
   * Makes `bytes` the generation `number`, durably, and removes all but it and the one before.
   * Resolves `false`, having changed nothing that counts, when another window published that number or a higher one first.
   * Rejects with the file system's error (ENOSPC, EACCES, …); what was stored before is then intact.
   */
  publish(number: number, bytes: Uint8Array): Promise<boolean>;
}

const currentName = /^inventory\.v1\.(\d+)\.sqlite$/;
const temporaryName = /^inventory\.v1\..+\.tmp$/;
const corruptName = /^inventory\.v1\.(\d+)\.sqlite\.corrupt-/;
const trailerMark = 0x50_57_42_31; // "PWB1"
const trailerLength = 16;
/** Milliseconds after which a temporary file cannot belong to a write that is still under way. */
const temporaryLifetime = 60_000;
/** How many damaged files are kept for the curious. */
const corruptKept = 3;

export function openGenerations(folder: string, logger: Logger, clock: Clock, files: FileSystem = nodeFileSystem): Generations {
  const nameOf = (number: number): string => `inventory.v1.${String(number).padStart(9, '0')}.sqlite`;

  async function list(): Promise<string[]> {
    return files.readdir(folder).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
  }

  async function setAside(name: string, reason: string): Promise<void> {
    const aside = `${name}.corrupt-${new Date(clock.now()).toISOString().replaceAll(':', '')}`;
    logger.warn(`The inventory file ${join(folder, name)} is damaged (${reason}); it is kept as ${aside} and an earlier state or the cluster's answer takes its place.`);
    await files.rename(join(folder, name), join(folder, aside)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') logger.warn(`The damaged inventory file could not be renamed: ${messageOf(error)}`);
    });
  }

  /** Removes what the generation `current` makes superfluous. */
  async function tidy(names: readonly string[], current: number): Promise<void> {
    const older = names.filter((name) => currentName.test(name) && numberOf(name) < current).sort();
    const stale = [...older.slice(0, -1), ...names.filter((name) => corruptName.test(name)).sort(byTime).slice(0, -corruptKept)];
    for (const name of names.filter((each) => temporaryName.test(each))) {
      const age = await files.stat(join(folder, name)).then((stat) => Date.now() - stat.mtimeMs, () => 0);
      if (age > temporaryLifetime) stale.push(name);
    }
    // Another window may be tidying too; whoever comes second finds the file gone, which is what both wanted.
    await Promise.allSettled(stale.map((name) => files.unlink(join(folder, name))));
  }

  async function writeTemporary(bytes: Uint8Array): Promise<string> {
    const temporary = join(folder, `inventory.v1.${process.pid}-${randomUUID()}.tmp`);
    try {
      const handle = await create(temporary);
      try {
        await handle.writev([bytes, trailerOf(bytes)]);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      await files.unlink(temporary).catch(() => undefined);
      throw error;
    }
    return temporary;
  }

  async function create(temporary: string): Promise<nodeFileSystem.FileHandle> {
    try {
      return await files.open(temporary, 'wx', 0o600);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await files.mkdir(folder, { recursive: true });
      return files.open(temporary, 'wx', 0o600);
    }
  }

  /** Gives the temporary file its name unless that name is taken. */
  async function nameExclusively(temporary: string, target: string): Promise<boolean> {
    try {
      await files.link(temporary, target);
      await files.unlink(temporary);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code !== undefined && withoutLinks.has(code)) {
        // exFAT and some network shares have no hard links: one window is as safe there, of two the later write wins.
        await files.rename(temporary, target);
        return true;
      }
      await files.unlink(temporary).catch(() => undefined);
      if (code === 'EEXIST') return false;
      throw error;
    }
  }

  return {
    async latest() {
      for (;;) {
        const names = await list();
        const highest = highestOf(names);
        const newest = newestOf(names);
        if (newest === undefined) return highest === 0 ? undefined : { number: highest, bytes: undefined };
        let content: Uint8Array;
        try {
          content = await files.readFile(join(folder, newest));
        } catch (error) {
          if (codeOf(error) === 'ENOENT') continue; // tidied away by another window that has published newer ones
          throw error;
        }
        const checked = checkTrailer(content);
        if (typeof checked !== 'string') return { number: highest, bytes: checked };
        await setAside(newest, checked);
        if (newestOf(await list()) === newest) throw new Error(`${newest} is damaged and cannot be set aside`);
      }
    },

    async highest() {
      return highestOf(await list());
    },

    async publish(number, bytes) {
      const temporary = await writeTemporary(bytes);
      if (!(await nameExclusively(temporary, join(folder, nameOf(number))))) return false;
      const names = await list();
      // A writer that slept through several generations may take a number that was tidied away meanwhile.
      if (highestOf(names) > number) return false;
      await tidy(names, number);
      return true;
    },
  };
}

/** The number of a state file, whole or set aside; 0 for any other. */
function numberOf(name: string): number {
  return Number((currentName.exec(name) ?? corruptName.exec(name))?.[1] ?? 0);
}

/** A number whose file was set aside stays used: another window may have built on it while it was whole. */
function highestOf(names: readonly string[]): number {
  return Math.max(0, ...names.map(numberOf));
}

function newestOf(names: readonly string[]): string | undefined {
  return names.filter((name) => currentName.test(name)).sort().at(-1);
}

/** What link(2) and its like answer where the file system has no hard links. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function trailerOf(bytes: Uint8Array): Uint8Array {
  const trailer = Buffer.alloc(trailerLength);
  trailer.writeUInt32BE(trailerMark, 0);
  trailer.writeUIntBE(bytes.length, 6, 6);
  trailer.writeUInt32BE(crc32(bytes), 12);
  return trailer;
}

/** The database inside, or why the file is not what was written. */
function checkTrailer(content: Uint8Array): Uint8Array | string {
  if (content.length < trailerLength) return 'it is too short';
  const bytes = content.subarray(0, -trailerLength);
  const trailer = Buffer.from(content.buffer, content.byteOffset + bytes.length, trailerLength);
  if (trailer.readUInt32BE(0) !== trailerMark) return 'its end is missing';
  if (trailer.readUIntBE(6, 6) !== bytes.length) return 'its length is wrong';
  if (trailer.readUInt32BE(12) !== crc32(bytes)) return 'its checksum is wrong';
  return bytes;
}

function byTime(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.slice(name.indexOf('.corrupt-')));
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
