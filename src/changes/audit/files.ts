import { readdir, readFile } from 'node:fs/promises';
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
