import type { ConfigKind } from '../option-check.ts';
import { emptyGuestConfig } from '../options.ts';
import { printGuestConfig } from '../print-guest-config.ts';
import { printRawLines } from '../raw-lines.ts';

/** A configuration as the API tells it: `GET …/config`, `…/snapshot/{name}/config`. */
export type AnsweredConfig = Readonly<Record<string, string | number | readonly (readonly [string, string])[]>>;

/** The text of the configuration file, one section, as Proxmox would write it. `digest` is no part of it. */
export function configText(kind: ConfigKind, answer: AnsweredConfig): string {
  const config = emptyGuestConfig();
  for (const [key, value] of Object.entries(answer)) {
    if (key === 'digest') continue;
    config.current.set(key, typeof value === 'object' ? printRawLines(value) : String(value));
  }
  return printGuestConfig(kind, config);
}

/** One option of `GET …/pending`. */
export interface PendingOption {
  readonly key: string;
  /** In force; absent when the option is to be added. */
  readonly value?: string | undefined;
  /** What it becomes at the next start. */
  readonly pending?: string | undefined;
  /** It goes away at the next start. */
  readonly removed: boolean;
}

/** The options with a change that waits for the guest's next start, by name. */
export function pendingOptions(rows: readonly { readonly key: string; readonly value?: unknown; readonly pending?: unknown; readonly delete?: unknown }[]): PendingOption[] {
  return rows
    .filter((row) => row.pending !== undefined || Number(row.delete ?? 0) > 0)
    .map((row) => ({
      key: row.key,
      ...(row.value !== undefined && { value: printed(row.value) }),
      ...(row.pending !== undefined && { pending: printed(row.pending) }),
      removed: Number(row.delete ?? 0) > 0,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function printed(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
