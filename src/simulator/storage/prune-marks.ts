import { parsePropertyString } from '../../pve/config/index.ts';
import type { Volume } from '../state/cluster.ts';

/** How many backups to keep, by option (`keep-last`, `keep-daily` …); `keep-all` keeps all. */
export type Retention = ReadonlyMap<string, number>;

/** What would happen to a backup: `renamed` ones do not bear a name of vzdump's. */
export type Mark = 'keep' | 'remove' | 'protected' | 'renamed';

/** A backup and what is to become of it, as `GET …/prunebackups` tells it. */
export interface PruneEntry {
  readonly volid: string;
  /** Seconds since the epoch. */
  readonly ctime: number;
  readonly type: string;
  readonly vmid?: number;
  mark?: Mark;
}

export function parseRetention(text: string): Retention {
  return new Map(Object.entries(parsePropertyString('prune-backups', text).values).map(([name, value]) => [name, Number(value)]));
}

/** True when the options say to keep everything. */
export function keepsAll(retention: Retention): boolean {
  return (retention.get('keep-all') ?? 0) > 0 || ![...retention].some(([name, count]) => name !== 'keep-all' && count > 0);
}

function date(seconds: number): { readonly year: number; readonly month: number; readonly day: number; readonly hour: number } {
  const at = new Date(seconds * 1000);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth(), day: at.getUTCDate(), hour: at.getUTCHours() };
}

/** Year and number of the week by ISO 8601: the one that its Thursday is in. */
function isoWeek(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  // 1 January 1970 was a Thursday.
  const thursday = days - ((days + 3) % 7) + 3;
  const year = new Date(thursday * 86_400_000).getUTCFullYear();
  const first = Date.UTC(year, 0, 1) / 86_400_000;
  return `${Math.floor((thursday - first) / 7) + 1}/${year}`;
}

/** Backups with the same key share one place of the option's count. */
const PERIODS: readonly (readonly [option: string, key: (seconds: number) => string])[] = [
  ['keep-last', String],
  ['keep-hourly', (at) => Object.values(date(at)).join('/')],
  ['keep-daily', (at) => `${date(at).year}/${date(at).month}/${date(at).day}`],
  ['keep-weekly', isoWeek],
  ['keep-monthly', (at) => `${date(at).year}/${date(at).month}`],
  ['keep-yearly', (at) => String(date(at).year)],
];

/** Marks the newest backup of each period until the count is reached; periods with a kept backup are done. */
function markPeriod(newestFirst: readonly PruneEntry[], count: number, key: (seconds: number) => string): void {
  const done = new Set(newestFirst.filter(({ mark }) => mark === 'keep').map(({ ctime }) => key(ctime)));
  const taken = new Set<string>();
  for (const entry of newestFirst) {
    const period = key(entry.ctime);
    if (entry.mark !== undefined || done.has(period)) continue;
    if (taken.has(period)) entry.mark = 'remove';
    else if (taken.size >= count) return;
    else {
      taken.add(period);
      entry.mark = 'keep';
    }
  }
}

/** Marks the backups of one guest (PVE::Storage::prune_mark_backup_group). */
export function markGroup(group: readonly PruneEntry[], retention: Retention): void {
  if (keepsAll(retention)) {
    for (const entry of group) entry.mark ??= 'keep';
    return;
  }
  const newestFirst = [...group].sort((a, b) => b.ctime - a.ctime);
  for (const [option, key] of PERIODS) {
    const count = retention.get(option) ?? 0;
    if (count > 0) markPeriod(newestFirst, count, key);
  }
  for (const entry of group) entry.mark ??= 'remove';
}

const STANDARD = /^(?:.*\/)?vzdump-(lxc|qemu)-([1-9]\d{2,8})-(\d{4})_(\d\d)_(\d\d)-(\d\d)_(\d\d)_(\d\d)\.(?:tgz|(?:tar|vma)(?:\.(?:gz|lzo|zst|bz2))?)$/;
const SNAPSHOT = /:backup\/(vm|ct)\/(\d+)\/(.+Z)$/;

/** What the name of a backup says; undefined when it was given by somebody else. */
function standardName(volid: string): { readonly type: string; readonly vmid: number; readonly ctime: number } | undefined {
  const snapshot = SNAPSHOT.exec(volid);
  if (snapshot !== null) return { type: snapshot[1] === 'ct' ? 'lxc' : 'qemu', vmid: Number(snapshot[2]), ctime: Date.parse(snapshot[3] ?? '') / 1000 };
  const match = STANDARD.exec(volid);
  if (match === null) return undefined;
  const [year = 0, month = 1, ...rest] = match.slice(3).map(Number);
  return { type: match[1] ?? '', vmid: Number(match[2]), ctime: Date.UTC(year, month - 1, rest[0], rest[1], rest[2], rest[3]) / 1000 };
}

/**
 * What pruning would do with the backups.
 * @param only leave out the backups of other guests and types
 */
export function pruneList(backups: readonly Volume[], retention: Retention, only: { readonly vmid?: number | undefined; readonly type?: string | undefined }): (PruneEntry & { mark: Mark })[] {
  const groups = new Map<string, PruneEntry[]>();
  const list: PruneEntry[] = [];
  for (const backup of backups) {
    const name = standardName(backup.volid);
    const type = name?.type ?? /vzdump-(lxc|openvz|qemu)-/.exec(backup.volid)?.[1] ?? 'unknown';
    const vmid = name?.vmid ?? backup.vmid;
    if ((only.vmid !== undefined && only.vmid !== vmid) || (only.type !== undefined && only.type !== type)) continue;
    const entry: PruneEntry = { volid: backup.volid, ctime: name?.ctime ?? backup.ctime, type, ...(vmid === undefined ? {} : { vmid }) };
    if (backup.protected) entry.mark = 'protected';
    else if (name === undefined) entry.mark = 'renamed';
    if (name !== undefined) groups.set(`${type}/${name.vmid}`, [...(groups.get(`${type}/${name.vmid}`) ?? []), entry]);
    list.push(entry);
  }
  for (const group of groups.values()) markGroup(group, retention);
  return list.map((entry) => ({ ...entry, mark: entry.mark ?? 'keep' }));
}
