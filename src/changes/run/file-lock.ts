import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Disposable } from '../../base/index.ts';

/** A holder shows so often that it lives, and is taken for dead when it has not for so long. Milliseconds. */
const beat = 2_000;
const deadAfter = 15_000;

/** A lock file that this process holds. */
export interface FileLock extends Disposable {
  /** Lets go; resolves when others can take it. */
  release(): Promise<void>;
}

/** A living holder has shown again within this. Milliseconds. */
const secondLook = beat + 1_000;

/**
 * Takes a lock file, so that of all processes on this machine one has it. A process that died holding it loses it at once when its
 * process id is gone; when another process has that id by now, after 15 seconds without a sign of life.
 * @returns undefined when another process has it
 * @throws the system's error when the folder cannot be written
 */
export async function tryLock(file: string): Promise<FileLock | undefined> {
  const token = `${process.pid} ${randomUUID()}`;
  if (await create(file, token)) return hold(file, token);
  const abandoned = await abandonedBy(file);
  if (abandoned === undefined) return undefined;
  if (abandoned === null) return (await create(file, token)) ? hold(file, token) : undefined;
  return (await takeOver(file, abandoned, token)) ? hold(file, token) : undefined;
}

/** @returns false when there is one already */
async function create(file: string, content: string): Promise<boolean> {
  const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? undefined : Promise.reject(error)));
  if (handle === undefined) return false;
  try {
    await handle.writeFile(content);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return true;
}

/** As {@link tryLock}, waiting until it is free. @param patience milliseconds @throws Error when that was not enough */
export async function lock(file: string, patience = 30_000): Promise<FileLock> {
  const end = Date.now() + patience;
  for (;;) {
    const taken = await tryLock(file);
    if (taken !== undefined) return taken;
    if (Date.now() > end) throw new Error(`${file} has been locked by another process for ${patience / 1000} seconds.`);
    await delay(10 + Math.random() * 20);
  }
}

function hold(file: string, token: string): FileLock {
  const timer = setInterval(() => {
    const now = new Date();
    // A missed beat does no harm; a lock that was taken away shows when it is released.
    void utimes(file, now, now).catch(() => undefined);
  }, beat);
  timer.unref();
  const release = async (): Promise<void> => {
    clearInterval(timer);
    if ((await readFile(file, 'utf8').catch(() => '')) === token) await rm(file, { force: true });
  };
  return { release, dispose: () => void release() };
}

/** What stands in a lock file that nobody holds any more, `null` when it is gone; undefined when somebody holds it. */
async function abandonedBy(file: string): Promise<string | null | undefined> {
  const seen = await lookAt(file);
  if (seen === undefined) return null;
  const { content } = seen;
  // Between making the file and writing into it.
  if (content === '') return seen.age > deadAfter ? content : undefined;
  if (!isAlive(Number(content.split(' ')[0]))) return content;
  if (seen.age <= deadAfter) return undefined;
  // The holder may have slept with the machine, or the clock was set: who lives shows again.
  await delay(secondLook);
  const again = await lookAt(file);
  if (again === undefined) return null;
  return again.content === content && again.mtime === seen.mtime ? content : undefined;
}

/** Undefined when the file is gone. */
async function lookAt(file: string): Promise<{ readonly content: string; readonly mtime: number; readonly age: number } | undefined> {
  try {
    const [{ mtimeMs }, content] = await Promise.all([stat(file), readFile(file, 'utf8')]);
    return { content, mtime: mtimeMs, age: Date.now() - mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Puts our token in the place of an abandoned one. Of several that found it abandoned one may do so at a time, and looks again: what another
 * has taken over meanwhile is held by that one.
 */
async function takeOver(file: string, abandoned: string, token: string): Promise<boolean> {
  const turn = `${file}.turn`;
  if (!(await create(turn, token))) {
    // Who had the turn may have died with it.
    if ((await abandonedBy(turn)) !== undefined) await rm(turn, { force: true });
    return false;
  }
  try {
    if ((await lookAt(file))?.content !== abandoned) return false;
    const ours = `${file}.${randomUUID()}`;
    await writeFile(ours, token);
    await rename(ours, file);
    return true;
  } finally {
    await rm(turn, { force: true });
  }
}
