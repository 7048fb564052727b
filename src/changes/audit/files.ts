import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The file that is written; older ones are `audit.1.jsonl` (the newest of them) to `audit.5.jsonl`. */
export const CURRENT = 'audit.jsonl';
/** Older files that are kept. */
export const KEPT = 5;

export const numbered = (number: number): string => `audit.${number}.jsonl`;

/** The log's files that exist, oldest first. */
export async function auditFiles(folder: string): Promise<string[]> {
  const names = new Set(await readdir(folder).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : Promise.reject(error))));
  return [...Array.from({ length: KEPT }, (_, i) => numbered(KEPT - i)), CURRENT].filter((name) => names.has(name));
}

/** Lines of one file; what follows the last line feed is an entry that was cut off. */
export async function linesOf(folder: string, name: string): Promise<{ readonly lines: readonly string[]; readonly rest: string }> {
  const lines = (await readFile(join(folder, name), 'utf8')).split('\n');
  const rest = lines.pop() ?? '';
  return { lines, rest };
}

/** Bytes; most entries are shorter. */
const CHUNK = 16 * 1024;

/**
 * The last line of a file, read from its end: what is before it is nearly all of the file. `cutOff` tells of one without its line feed.
 * Undefined for a file without entries, or none.
 */
export async function lastLineOf(folder: string, name: string): Promise<{ readonly line: string; readonly cutOff: boolean } | undefined> {
  const handle = await open(join(folder, name), 'r').catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));
  if (handle === undefined) return undefined;
  try {
    let { size: from } = await handle.stat();
    let tail = Buffer.alloc(0);
    // Until the line feed before the last line is there; that at its own end does not count.
    while (from > 0 && !tail.subarray(0, -1).includes(0x0a)) {
      const length = Math.min(Math.max(CHUNK, tail.length), from);
      from -= length;
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, from);
      tail = Buffer.concat([buffer, tail]);
    }
    if (tail.length === 0) return undefined;
    const cutOff = tail.at(-1) !== 0x0a;
    const text = cutOff ? tail : tail.subarray(0, -1);
    return { line: text.subarray(text.lastIndexOf(0x0a) + 1).toString('utf8'), cutOff };
  } finally {
    await handle.close();
  }
}
