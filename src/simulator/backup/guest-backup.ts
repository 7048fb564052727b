import { failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import { LXC, QEMU } from '../guests/kind.ts';
import { haStatus } from '../guests/ha.ts';
import { checkLock, isRunning, takeLock } from '../guests/lookup.ts';
import { powerOff, powerOn } from '../guests/power-state.ts';
import { volumeHasFeature } from '../guests/storages.ts';
import { randomUuid } from '../state/random.ts';
import type { Guest } from '../state/cluster.ts';
import { putVolume, storageUsage, volumesOn } from '../state/volumes.ts';
import { keepsAll, maxProtected, prune } from '../storage/index.ts';
import { type ArchiveName, archiveName, archiveVolume, type BackupVolume, backupVolumes, omissions } from './archive.ts';
import { COMPLETION, copyTime, diskLines, PREPARATION, sum, tarLine, type TimedLine, volumeLines } from './guest-log.ts';
import type { BackupOptions, Target } from './target.ts';
import { fillNotes, formatSize } from './text.ts';

/** Milliseconds that a guest is away while it is stopped or suspended for its backup. */
const AWAY = { stop: 12_000, suspend: 2000 } as const;

/** The backup of one guest, begun. Lines are timed from its beginning. */
export interface GuestBackup {
  readonly lines: readonly TimedLine[];
  /** Milliseconds. */
  readonly duration: number;
  /** The archive is complete: it becomes a volume, old ones go. Throws what makes the backup fail. */
  finish(at: number): readonly string[];
  /** The guest is as it was before. @returns what there is to tell about that */
  release(): readonly string[];
  /** When the guest runs on, in milliseconds from the beginning. */
  readonly resume: { readonly at: number; readonly act: () => void } | undefined;
}

export interface Job {
  readonly call: Call;
  readonly node: string;
  readonly options: BackupOptions;
  readonly target: Target;
}

/** How long a guest's backup takes, as far as that can be told before it begins. */
export function estimate({ call, options }: Job, guest: Guest): number {
  const away = isRunning(guest) && options['mode'] === 'stop' ? AWAY.stop : 0;
  return PREPARATION + away + copyTime(backupVolumes(call.cluster, guest)) + COMPLETION;
}

/**
 * What must hold before the guest is touched.
 * @throws ApiError with what makes the backup fail
 */
export function checkGuest({ call, node, options, target }: Job, guest: Guest): void {
  const kind = guest.kind === 'qemu' ? QEMU : LXC;
  if (options['mode'] === 'stop' && haStatus(call.cluster, kind, guest.vmid).state === 'started') {
    throw failure('Cannot execute a backup with stop mode on a HA managed and enabled Service. Use snapshot mode or disable the Service.');
  }
  const limit = keepsAll(target.retention) ? 0 : [...target.retention].reduce((total, [, count]) => total + count, 0);
  const backups = volumesOn(call.cluster, target.storage, node).filter((volume) => volume.content === 'backup' && volume.vmid === guest.vmid && volume.subtype === guest.kind);
  const kept = backups.filter((backup) => backup.protected).length;
  const most = maxProtected(call, target.storage);
  if (options['protected'] === true) {
    if (most > -1 && kept >= most) throw failure(`The number of protected backups per guest is limited to ${most} on storage '${target.storage.id}'`);
  } else if (limit > 0 && options['remove'] === false && backups.length - kept >= limit) {
    throw failure(`There is a max backup limit of ${limit} enforced by the target storage or the vzdump parameters. Either increase the limit or delete old backups.`);
  }
}

/** Snapshot mode is for running guests whose volumes all have snapshots. */
function modeOf({ call, options }: Job, guest: Guest, volumes: readonly BackupVolume[]): { readonly mode: 'snapshot' | 'suspend' | 'stop'; readonly fallback: boolean } {
  const mode = isRunning(guest) ? ((options['mode'] ?? 'snapshot') as 'snapshot' | 'suspend' | 'stop') : 'stop';
  const capable = guest.kind === 'qemu' || volumes.filter(({ included }) => included).every(({ setting }) => volumeHasFeature(call.cluster, setting.volume, 'snapshot'));
  return mode === 'snapshot' && !capable ? { mode: 'suspend', fallback: true } : { mode, fallback: false };
}

/**
 * Locks the guest and begins its backup.
 * @param now milliseconds since the epoch at which that is
 * @throws ApiError when the guest is locked
 */
export function beginBackup(job: Job, guest: Guest, now: number): GuestBackup {
  const { call, options, target } = job;
  checkLock(guest.kind === 'qemu' ? QEMU : LXC, guest);
  const unlock = takeLock(guest, 'backup');
  const volumes = backupVolumes(call.cluster, guest);
  const { mode, fallback } = modeOf(job, guest, volumes);
  const wasRunning = isRunning(guest);
  const away = wasRunning && mode !== 'snapshot' ? AWAY[mode] : 0;
  const started = PREPARATION + (mode === 'stop' && wasRunning && guest.kind === 'qemu' ? AWAY.stop : 0);
  const copying = copyTime(volumes);
  const name = archiveName(target, guest, options['compress'] === undefined ? undefined : String(options['compress']), now);
  const before = guest.power;
  if (wasRunning && mode === 'stop') powerOff(guest);
  else if (before === 'running' && mode === 'suspend' && guest.kind === 'qemu') guest.power = 'paused';
  const resume = (): void => {
    if (guest.power === before || before === 'stopped') return;
    if (guest.power === 'stopped') powerOn(call.cluster, guest);
    guest.power = before;
  };
  const head = [
    ...volumeLines(guest, volumes),
    ...(fallback ? ['mode failure - some volumes do not support snapshots', "trying 'suspend' mode instead"] : []),
    `backup mode: ${mode}`,
    ...(options['bwlimit'] ? [`bandwidth limit: ${String(options['bwlimit'])} KiB/s`] : []),
    `ionice priority: ${String(options['ionice'] ?? 7)}`,
    ...(fallback ? volumeLines(guest, volumes) : []),
  ];
  const middle = guest.kind === 'qemu' ? vmLines(call, guest, { mode, wasRunning, agent: before === 'running', name, volumes, copying, started, pbs: target.folder === undefined }) : containerLines({ mode, wasRunning, name, volumes, copying, pbs: target.folder === undefined });
  return {
    lines: [...head.map((line) => [100, line] as const), ...middle],
    duration: started + copying + COMPLETION,
    finish: (at) => finish(job, guest, name, volumes, now, at),
    release: () => {
      const restarts = guest.power === 'stopped' && before !== 'stopped';
      resume();
      unlock();
      if (guest.kind === 'qemu') return [];
      if (mode === 'snapshot') return ["cleanup temporary 'vzdump' snapshot"];
      return restarts ? ['restarting vm', `guest is online again after ${Math.floor((started + copying + COMPLETION) / 1000)} seconds`] : [];
    },
    resume: away === 0 || (guest.kind === 'lxc' && mode === 'stop') ? undefined : { at: PREPARATION + away, act: resume },
  };
}

interface Course {
  readonly mode: 'snapshot' | 'suspend' | 'stop';
  readonly wasRunning: boolean;
  readonly name: ArchiveName;
  readonly volumes: readonly BackupVolume[];
  /** Milliseconds. */
  readonly copying: number;
  readonly pbs: boolean;
}

const creating = ({ pbs, name }: Course): string => `creating ${pbs ? 'Proxmox Backup Server' : 'vzdump'} archive '${name.target}'`;

function vmLines(call: Call, guest: Guest, course: Course & { readonly started: number; readonly agent: boolean }): TimedLine[] {
  const { mode, wasRunning, volumes, copying, started } = course;
  const seconds = Math.floor(AWAY[mode === 'stop' ? 'stop' : 'suspend'] / 1000);
  const asksAgent = course.agent && mode === 'snapshot' && guest.agent !== undefined;
  const resuming = !wasRunning ? [] : mode === 'snapshot' ? ['resuming VM again'] : [`resuming VM again after ${seconds} seconds`];
  return [
    ...(wasRunning && mode !== 'snapshot' ? [[200, mode === 'stop' ? 'stopping virtual guest' : 'suspending guest'] as const] : []),
    ...omissions(guest).map((line) => [300, line] as const),
    [400, creating(course)],
    ...(wasRunning && mode !== 'stop' ? [] : [[500, 'starting kvm to execute backup task'] as const]),
    ...(asksAgent ? [[600, "issuing guest-agent 'fs-freeze' command"] as const, [1200, "issuing guest-agent 'fs-thaw' command"] as const] : []),
    [started - 100, `started backup task '${randomUuid(call.cluster)}'`],
    ...resuming.map((line) => [started, line] as const),
    ...diskLines(volumes, started, copying),
    ...(wasRunning ? [] : [[started + copying + 200, 'stopping kvm after backup task'] as const]),
  ];
}

function containerLines(course: Course): TimedLine[] {
  const { mode, wasRunning, volumes, copying } = course;
  const before: TimedLine[] = mode === 'snapshot'
    ? [[500, "create storage snapshot 'vzdump'"]]
    : mode === 'suspend'
      ? [[300, 'starting first sync /proc/1/root/ to /var/tmp/vzdumptmp'], [500, 'suspending guest'], [900, 'resuming guest'], [900, 'guest is online again after <1 seconds']]
      : wasRunning ? [[300, 'stopping virtual guest']] : [];
  return [...before, [1000, creating(course)], [PREPARATION + copying, tarLine(sum(volumes, 'used'), copying)]];
}

/** @param begun milliseconds since the epoch, and @param at now, when the archive is complete */
function finish(job: Job, guest: Guest, name: ArchiveName, volumes: readonly BackupVolume[], begun: number, at: number): string[] {
  const { call: { cluster }, node, options, target } = job;
  const size = Math.floor(sum(volumes, 'used') * name.ratio) + 4096;
  if (storageUsage(cluster, target.storage, node).avail < size) {
    throw failure(guest.kind === 'qemu' ? 'vma_queue_write: write error - Broken pipe' : `command 'set -o pipefail && tar cpf - ./ >${name.target}' failed: exit code 2`);
  }
  const volume = archiveVolume(target, guest, name, size, begun);
  const log = target.folder === undefined ? [] : [`archive file size: ${formatSize(size)}`];
  const template = options['notes-template'];
  if (template) {
    const called = guest.config.current.get(guest.kind === 'qemu' ? 'name' : 'hostname') ?? `${guest.kind === 'qemu' ? 'VM ' : 'CT'}${guest.vmid}`;
    log.push('adding notes to backup');
    volume.notes = fillNotes(String(template), { cluster: cluster.name || 'standalone node', guestname: called, node, vmid: String(guest.vmid) });
  }
  if (options['protected'] === true) {
    log.push('marking backup as protected');
    volume.protected = true;
  }
  putVolume(cluster, volume);
  if (options['remove'] === false || keepsAll(target.retention) || at < begun) return log;
  const gone = prune(cluster, { storage: target.storage, node, retention: target.retention, vmid: guest.vmid, type: guest.kind });
  return [
    ...log,
    `prune older backups with retention: ${target.retentionText}`,
    ...gone.map((volid) => `removing backup '${volid}'`),
    `pruned ${gone.length} backup(s)${gone.length > 0 ? ' not covered by keep-retention policy' : ''}`,
  ];
}
