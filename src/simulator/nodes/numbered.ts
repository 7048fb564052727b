import { Enveloped } from '../api/enveloped.ts';

/** A part of a log as `{ n, t }` from line `start`, with `total` beside it; an empty log has one line that says so (PVE::Tools::dump_logfile). */
export function numbered(lines: readonly string[], start: number, limit: number): Enveloped {
  if (lines.length === 0) return new Enveloped([{ n: 1, t: 'no content' }], { total: 1 });
  return new Enveloped(lines.slice(start, start + limit).map((t, i) => ({ n: start + i + 1, t })), { total: lines.length });
}
