import { diffArrays } from 'diff';
import type { TextEdit } from '../module.ts';

/**
 * What has to change in a text to make another of it, as little as can be told by lines and their ends: where nothing changes, a
 * cursor stays. Line ends count as equal, whichever they are.
 */
export function lineChanges(before: string, after: string): TextEdit[] {
  const lines = before.split(/\r?\n/);
  const changes: TextEdit[] = [];
  let line = 0;
  let removed: string[] = [];
  for (const part of [...diffArrays(lines, after.split(/\r?\n/)), undefined]) {
    if (part?.removed === true) {
      removed = part.value;
      continue;
    }
    const added = part?.added === true ? part.value : [];
    if (removed.length > 0 && removed.length === added.length) changes.push(...removed.flatMap((old, index) => withinLine(line + index, old, added[index] ?? '')));
    else if (removed.length + added.length > 0) changes.push(wholeLines(lines, line, removed.length, added));
    line += removed.length;
    removed = [];
    if (part !== undefined && !part.added) line += part.value.length;
  }
  return changes;
}

function withinLine(line: number, old: string, wanted: string): TextEdit[] {
  if (old === wanted) return [];
  let start = 0;
  while (start < old.length && start < wanted.length && old[start] === wanted[start]) start++;
  let tail = 0;
  while (tail < old.length - start && tail < wanted.length - start && old.at(-1 - tail) === wanted.at(-1 - tail)) tail++;
  return [{ range: { start: { line, character: start }, end: { line, character: old.length - tail } }, text: wanted.slice(start, wanted.length - tail) }];
}

/** Lines go and come with the line break before them; the first lines with the one behind them. */
function wholeLines(lines: readonly string[], line: number, count: number, added: readonly string[]): TextEdit {
  const last = line + count;
  if (line > 0) {
    const before = lines[line - 1]?.length ?? 0;
    const end = count === 0 ? { line: line - 1, character: before } : { line: last - 1, character: lines[last - 1]?.length ?? 0 };
    return { range: { start: { line: line - 1, character: before }, end }, text: added.map((text) => `\n${text}`).join('') };
  }
  if (last < lines.length) return { range: { start: { line: 0, character: 0 }, end: { line: last, character: 0 } }, text: added.map((text) => `${text}\n`).join('') };
  return { range: { start: { line: 0, character: 0 }, end: { line: last - 1, character: lines[last - 1]?.length ?? 0 } }, text: added.join('\n') };
}
