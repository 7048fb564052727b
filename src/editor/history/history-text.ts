import type { HistoryEntry } from '../../inventory/index.ts';
import { formatTime, visible } from '../text/index.ts';

/** The history as lines, newest first: `2026-11-21 04:12:39  qemu/100 changed: status stopped → running`. */
export function historyText(title: string, entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return `${title}\n\nNothing changed since the workbench first saw it.\n`;
  return `${title}\n\n${entries.map(entryLine).join('\n')}\n`;
}

function entryLine({ at, id, change, fields }: HistoryEntry): string {
  const what = Object.entries(fields ?? {}).map(([field, [before, after]]) => `${visible(field)} ${shown(before)} → ${shown(after)}`);
  return `${formatTime(at / 1000)}  ${visible(id)} ${change}${what.length === 0 ? '' : `: ${what.join(', ')}`}`;
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map((item) => visible(String(item))).join(' ');
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}
