import { humanSeconds } from '../guests/progress.ts';
import type { Guest } from '../state/cluster.ts';
import type { BackupVolume } from './archive.ts';
import { renderBytes } from './text.ts';

/** A line of the log and when it is written, in milliseconds from the beginning of the guest's backup. */
export type TimedLine = readonly [at: number, line: string];

/** Bytes of data read in a millisecond; empty stretches cost nothing. */
const SPEED = (350 * 1024 * 1024) / 1000;
/** Milliseconds before and after the copying. */
export const PREPARATION = 1500;
export const COMPLETION = 1000;
/** A line of progress at most this often, in milliseconds. */
const STEP = 3000;

export function copyTime(volumes: readonly BackupVolume[]): number {
  return Math.max(1000, Math.round(sum(volumes, 'used') / SPEED));
}

export function sum(volumes: readonly BackupVolume[], what: 'size' | 'used'): number {
  return volumes.filter(({ included }) => included).reduce((total, volume) => total + volume[what], 0);
}

/** What vzdump says of the guest and its volumes. */
export function volumeLines({ kind, config }: Guest, volumes: readonly BackupVolume[]): string[] {
  const name = config.current.get(kind === 'qemu' ? 'name' : 'hostname');
  const lines = name === undefined ? [] : [`${kind === 'qemu' ? 'VM' : 'CT'} Name: ${name}`];
  for (const { option, setting, included, reason } of volumes) {
    if (kind === 'qemu') {
      const size = setting.properties.get('size');
      lines.push(included ? `include disk '${option}' '${setting.volume}'${size === undefined ? '' : ` ${size}`}` : `exclude disk '${option}' '${setting.volume}' (${reason})`);
    } else {
      const mount = option === 'rootfs' ? '/' : (setting.properties.get('mp') ?? '');
      const type = setting.volume.startsWith('/dev/') ? 'device' : setting.volume.startsWith('/') ? 'bind' : 'volume';
      lines.push(included ? `including mount point ${option} ('${mount}') in backup` : `excluding ${type} mount point ${option} ('${mount}') from backup (${reason})`);
    }
  }
  return lines;
}

/** The copying of a VM's disks, as QEMU's backup job tells it. */
export function diskLines(volumes: readonly BackupVolume[], from: number, duration: number): TimedLine[] {
  const size = sum(volumes, 'size');
  const used = sum(volumes, 'used');
  if (size === 0) return [];
  const total = renderBytes(size, 1);
  const steps = Math.max(1, Math.floor(duration / STEP));
  const rate = (bytes: number): string => `${renderBytes(Math.floor(bytes / (duration / 1000)), 1)}/s`;
  const lines: TimedLine[] = [];
  for (let step = 1; step <= steps; step++) {
    const done = step / steps;
    const seconds = humanSeconds((duration * done) / 1000);
    lines.push([from + duration * done, `${String(Math.floor(done * 100)).padStart(3)}% (${renderBytes(size * done, 1)} of ${total}) in ${seconds}, read: ${rate(size)}, write: ${rate(used)}`]);
  }
  const end = from + duration;
  if (size > used) lines.push([end, `backup is sparse: ${renderBytes(size - used, 2)} (${Math.floor(((size - used) * 100) / size)}%) total zero data`]);
  return [...lines, [end, `transferred ${renderBytes(size, 2)} in ${Math.max(1, Math.floor(duration / 1000))} seconds (${rate(size)})`]];
}

/** The end of a container's archive, as tar tells it. */
export function tarLine(bytes: number, duration: number): string {
  return `Total bytes written: ${bytes} (${renderBytes(bytes, 1).replace(' ', '')}, ${renderBytes(bytes / (duration / 1000), 0).replace(' ', '')}/s)`;
}
