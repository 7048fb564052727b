/** Milliseconds it takes to copy that many bytes, at 400 MiB/s. */
export function copyDuration(bytes: number): number {
  return Math.round(bytes / (400 * 1024 * 1024 / 1000));
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `32.0 GiB`, as task logs print sizes. */
export function humanBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** How long a copy has taken, as task logs print it: `1m 5s`. */
export function humanSeconds(total: number): string {
  const seconds = Math.floor(total);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

/**
 * The lines `qemu-img convert` writes while it copies.
 * @param from where in the task (0 … 1) the copy begins
 * @param to where it ends
 */
export function copyLines(bytes: number, from: number, to: number): (readonly [number, string])[] {
  const total = humanBytes(bytes);
  return fractions(bytes).map((done) => [from + (to - from) * done, `transferred ${humanBytes(bytes * done)} of ${total} (${(done * 100).toFixed(2)}%)`] as const);
}

/** The lines of a drive mirror of a running VM. */
export function mirrorLines(drive: string, bytes: number, from: number, to: number): (readonly [number, string])[] {
  const total = humanBytes(bytes);
  const span = copyDuration(bytes) / 1000;
  return [
    [from, 'drive mirror is starting for ' + drive] as const,
    ...fractions(bytes).map((done) => [from + (to - from) * done * 0.98, `${drive}: transferred ${humanBytes(bytes * done)} of ${total} (${(done * 100).toFixed(2)}%) in ${humanSeconds(span * done)}`] as const),
    [from + (to - from) * 0.99, 'all \'mirror\' jobs are ready'] as const,
    [from + (to - from) * 0.995, `${drive}: Completing block job...`] as const,
    [to, `${drive}: Completed successfully.`] as const,
  ];
}

/** Small volumes are reported rarely, large ones every few percent. */
function fractions(bytes: number): number[] {
  const steps = Math.min(20, Math.max(2, Math.ceil(bytes / 2 ** 30)));
  return Array.from({ length: steps + 1 }, (_, i) => i / steps);
}
