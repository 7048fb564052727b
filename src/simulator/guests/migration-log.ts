import { failure } from '../api/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import { taskMessage } from './worker.ts';
import type { Work } from './worker.ts';

/** A line of a migration's log before it has its time; `error` lines say so. */
export interface MigrationLine {
  /** 0 … 1 */
  readonly at: number;
  readonly text: string;
  readonly error?: true;
}

/** `2026-11-21 09:30:00` in the node's own time. */
function stamp(cluster: Cluster, node: string, milliseconds: number): string {
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: cluster.nodes.get(node)?.timezone ?? 'UTC' });
  return format.format(milliseconds);
}

/** `00:01:05` */
export function migrationDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

/**
 * Lines as PVE::AbstractMigrate writes them: with date and time, several for a text of several lines.
 * @param duration milliseconds the whole migration takes
 * @param start milliseconds since the epoch at which it began
 */
export function stamped(cluster: Cluster, node: string, duration: number, lines: readonly MigrationLine[], start = cluster.clock.now()): (readonly [number, string])[] {
  return lines.flatMap(({ at, text, error }) => text.split('\n').map((line) => [at, `${stamp(cluster, node, start + at * duration)}${error ? ' ERROR:' : ''} ${line}`] as const));
}

/** What remains of a migration that fails where it looks at the guest: its reasons in the log, `migration aborted` as its end. */
export function abortedMigration(cluster: Cluster, node: string, lines: readonly MigrationLine[], reason: unknown): Work {
  const duration = 400;
  const last: MigrationLine = { at: 0.9, text: `migration aborted (duration ${migrationDuration(duration)}): ${taskMessage(reason)}`, error: true };
  return {
    duration,
    log: stamped(cluster, node, duration, [...lines, last]),
    finish: () => {
      throw failure('migration aborted');
    },
  };
}
