import { GENESIS, hashOf, isSealed, readLine } from './chain.ts';
import { auditFiles, linesOf } from './files.ts';

/** What checking the log found. */
export type Verification =
  | { readonly ok: true; readonly entries: number; readonly files: number }
  /** The first broken entry: the file's name and the line, counted from 1. */
  | { readonly ok: false; readonly file: string; readonly line: number; readonly problem: string };

/**
 * Follows the chain from the oldest file that is kept to the newest entry. The first entry of the oldest file names one that may have been
 * rotated away; everything after it must name the one before.
 */
export async function verifyAuditLog(folder: string): Promise<Verification> {
  const files = await auditFiles(folder);
  let previous: string | undefined;
  let entries = 0;
  for (const file of files) {
    const { lines, rest } = await linesOf(folder, file);
    for (const [index, line] of lines.entries()) {
      const broken = (problem: string): Verification => ({ ok: false, file, line: index + 1, problem });
      const read = readLine(line);
      if (!read.ok) return broken(read.problem);
      if (!isSealed(line)) return broken('was changed: its own hash does not fit it any more');
      const { entry } = read;
      if (previous === undefined) {
        if (entry.event !== 'continued' && entry.previous !== GENESIS) return broken('is not the first entry: what stood before it is missing');
      } else if (entry.previous !== previous) return broken('does not follow the entry before it: one of the two was changed, or entries between them were taken out');
      previous = hashOf(line);
      entries++;
    }
    if (rest !== '') return { ok: false, file, line: lines.length + 1, problem: 'is incomplete' };
  }
  return { ok: true, entries, files: files.length };
}
