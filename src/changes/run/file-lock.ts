import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
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

/**
 * Takes a lock file, so that of all processes on this machine one has it. A process that died holding it loses it at once when its
 * process id is gone, after 15 seconds otherwise.
 * @returns undefined when another process has it
 * @throws the system's error when the folder cannot be written
 */
export async function tryLock(file: string): Promise<FileLock | undefined> {
  const token = `${process.pid} ${randomUUID()}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(token);
      await handle.close();
      return hold(file, token);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!(await isAbandoned(file))) return undefined;
    await takeAway(file);
  }
  return undefined;
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

async function isAbandoned(file: string): Promise<boolean> {
  try {
    const [{ mtimeMs }, content] = await Promise.all([stat(file), readFile(file, 'utf8')]);
    const age = Date.now() - mtimeMs;
    // Between making the file and writing into it.
    if (content === '') return age > deadAfter;
    return age > deadAfter || !isAlive(Number(content.split(' ')[0]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
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

/** Of several that find it abandoned, the rename succeeds for one. */
async function takeAway(file: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    await rm(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
