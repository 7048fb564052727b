import { failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import type { Options } from '../../pve/config/index.ts';
import type { Cluster, Guest, Volume } from '../state/cluster.ts';
import { guestCounters } from '../state/counters.ts';
import { randomUuid } from '../state/random.ts';
import { hasFeature, snapshotOf } from './features.ts';
import { isUnusedKey } from './kind.ts';
import type { GuestKind } from './kind.ts';
import { checkLock, hasLock, isReplicated, isRunning, isTemplate, seconds } from './lookup.ts';
import { flag, text } from './parameters.ts';
import { humanBytes, humanSeconds } from './progress.ts';
import { addUnused, usesVolume, volumeSettings } from './references.ts';
import { storageById } from './storages.ts';
import { tidy } from './tidy.ts';
import { volumeName } from './volume-name.ts';
import { isCdrom, mountType, storageOf } from './volume-setting.ts';
import { freeOwned } from './volumes.ts';
import type { Work } from './worker.ts';

/** What the kinds of guests do differently about snapshots. */
export interface SnapshotRules {
  readonly kind: GuestKind;
  /** Worker types. */
  readonly workers: { readonly create: string; readonly remove: string; readonly rollback: string };
  /** Names no snapshot may have; lower case where that does not matter. */
  isReserved(snapname: string): boolean;
  /** Ends a running guest at once, for a rollback. */
  stop(cluster: Cluster, guest: Guest): void;
  /** Starts it afterwards, in a worker of its own. */
  start(call: Call, guest: Guest): void;
  /** Memory and devices, which only VMs save. */
  readonly state?: {
    /** Throws for a VM whose devices cannot be saved. */
    check(guest: Guest): void;
    /** Allocates the volume and notes in the snapshot's section what is needed to resume. */
    prepare(cluster: Cluster, guest: Guest, snapname: string, section: Options): Volume;
    resume(cluster: Cluster, guest: Guest): void;
  };
}

/** What a snapshot does not take over from the configuration, nor a rollback from the snapshot. */
const NOT_COPIED = new Set(['snapstate', 'snaptime', 'vmstate', 'lock', 'description']);

function copyConfig(from: Options, to: Options): void {
  for (const [option, value] of from) {
    if (!NOT_COPIED.has(option) && !isUnusedKey(option)) to.set(option, value);
  }
}

/** The storage volumes of a section that snapshots are made of, by option. */
function snapshotVolumes(kind: GuestKind, options: Options): (readonly [option: string, volid: string])[] {
  return volumeSettings(kind, options)
    .filter(([, setting]) => storageOf(setting.volume) !== undefined && (kind.kind === 'qemu' ? !isCdrom(setting) : mountType(setting.volume) === 'volume'))
    .map(([option, setting]) => [option, setting.volume] as const);
}

const typeOf = (cluster: Cluster, volid: string): string | undefined => cluster.storages.get(storageOf(volid) ?? '')?.type;

/** Takes a snapshot (PVE::AbstractConfig::snapshot_create). The lock stands from the worker's start to its end. */
export function createSnapshot(call: Call, rules: SnapshotRules, guest: Guest, snapname: string): Work {
  const { cluster } = call;
  const { kind, state } = rules;
  const { current, snapshots } = guest.config;
  const withState = flag(call, 'vmstate');
  if (isTemplate(guest)) throw failure("you can't take a snapshot if it's a template");
  checkLock(kind, guest);
  if (withState) state?.check(guest);
  if (snapshots.has(snapname)) throw failure(`snapshot name '${snapname}' already used`);
  if (!hasFeature(cluster, kind, current, 'snapshot')) throw failure('snapshot feature is not available');
  for (const section of snapshots.values()) {
    if (section.get('parent') === snapname) section.delete('parent');
  }
  const section: Options = new Map();
  const volume = withState && isRunning(guest) ? state?.prepare(cluster, guest, snapname, section) : undefined;
  copyConfig(current, section);
  section.set('snapstate', 'prepare');
  section.set('snaptime', String(seconds(cluster)));
  const comment = text(call, 'description');
  if (comment) section.set('description', comment);
  snapshots.set(snapname, section);
  current.set('lock', 'snapshot');
  tidy(guest);
  const bytes = volume === undefined ? 0 : guestCounters(guest, cluster.clock.now()).mem;
  const saving = Math.round(bytes / (700 * 1024 * 1024 / 1000));
  const disks = snapshotVolumes(kind, section);
  const duration = 500 + saving + disks.length * 180;
  const lines = disks.flatMap(([option, volid], index) => {
    const at = (saving + 300 + index * 180) / duration;
    return [
      ...(kind.kind === 'qemu' ? [[at, `snapshotting 'drive-${option}' (${volid})`] as const] : []),
      ...(typeOf(cluster, volid) === 'lvmthin' ? [[at, `  Logical volume "snap_${volumeName(volid).name}_${snapname}" created.`] as const] : []),
    ];
  });
  return {
    duration,
    log: [...(volume === undefined ? [] : stateLines(volume, bytes, saving, duration)), ...lines],
    finish: () => {
      if (!hasLock(guest, 'snapshot')) throw failure('missing snapshot lock');
      snapshotOf(guest, snapname).delete('snapstate');
      current.delete('lock');
      current.set('parent', snapname);
      if (volume !== undefined) volume.used = Math.min(volume.size, bytes);
      tidy(guest);
    },
    abort: () => {
      if (volume !== undefined) freeOwned(cluster, guest, volume.volid);
      snapshots.delete(snapname);
      if (hasLock(guest, 'snapshot')) current.delete('lock');
    },
  };
}

function stateLines(volume: Volume, bytes: number, saving: number, duration: number): (readonly [number, string])[] {
  const share = saving / duration;
  const steps = Math.max(1, Math.min(60, Math.floor(saving / 1000)));
  const precise = (value: number): string => humanBytes(value).replace(/(\d+)\.(\d)/, '$1.$20');
  return [
    [0, `saving VM state and RAM using storage '${volume.storage}'`],
    ...Array.from({ length: steps }, (_, i) => [(share * i) / steps, `${precise((bytes * i) / steps)} in ${humanSeconds(i)}`] as const),
    [share, `completed saving the VM state in ${humanSeconds(saving / 1000)}, saved ${precise(bytes)}`],
  ];
}

/** Removes a snapshot (`snapshot_delete`); volumes only it still had are kept as unused. When it is stopped, its lock stays, as with Proxmox. */
export function removeSnapshot(call: Call, rules: SnapshotRules, guest: Guest, snapname: string): Work {
  const { cluster } = call;
  const { kind } = rules;
  const { current, snapshots } = guest.config;
  const section = snapshotOf(guest, snapname);
  checkLock(kind, guest);
  if (isTemplate(guest)) throw failure("you can't delete a snapshot if vm is a template");
  current.set('lock', 'snapshot-delete');
  section.set('snapstate', 'delete');
  const disks = snapshotVolumes(kind, section);
  const duration = 400 + disks.length * 250;
  return {
    duration,
    log: disks
      .filter(([, volid]) => typeOf(cluster, volid) === 'lvmthin')
      .map(([, volid], index) => [(200 + index * 250) / duration, `  Logical volume "snap_${volumeName(volid).name}_${snapname}" successfully removed.`] as const),
    finish: () => {
      if (!hasLock(guest, 'snapshot-delete')) throw failure("encountered invalid lock, expected 'snapshot-delete'");
      const state = section.get('vmstate');
      if (state !== undefined) freeOwned(cluster, guest, state);
      const parent = section.get('parent');
      snapshots.delete(snapname);
      for (const options of [current, ...snapshots.values()]) {
        if (options.get('parent') !== snapname) continue;
        if (parent === undefined) options.delete('parent');
        else options.set('parent', parent);
      }
      current.delete('lock');
      for (const [, volid] of disks) addUnused(current, volid);
      tidy(guest);
    },
  };
}

/** Takes a guest back to a snapshot (`snapshot_rollback`). Throws before anything is changed where it cannot be. */
export function rollBack(call: Call, rules: SnapshotRules, guest: Guest, snapname: string): Work {
  const { cluster } = call;
  const { kind } = rules;
  const { config } = guest;
  if (isTemplate(guest)) throw failure("you can't rollback if vm is a template");
  const section = snapshotOf(guest, snapname);
  const disks = snapshotVolumes(kind, section);
  for (const [, volid] of disks) checkRollback(cluster, kind, guest, volid, snapname);
  const incomplete = section.get('snapstate');
  if (incomplete !== undefined) throw failure(`unable to rollback to incomplete snapshot (snapstate = ${incomplete})`);
  checkLock(kind, guest);
  if (isRunning(guest)) rules.stop(cluster, guest);
  config.current.set('lock', 'rollback');
  const duration = 900 + disks.length * 350;
  return {
    duration,
    log: disks
      .filter(([, volid]) => typeOf(cluster, volid) === 'lvmthin')
      .flatMap(([, volid], index) => {
        const { name } = volumeName(volid);
        const at = (500 + index * 350) / duration;
        return [[at, `  Logical volume "${name}" successfully removed.`] as const, [at, `  Logical volume "${name}" created.`] as const];
      }),
    finish: () => {
      if (!hasLock(guest, 'rollback')) throw failure('got wrong lock');
      apply(cluster, kind, guest, section);
      config.current.set('parent', snapname);
      tidy(guest);
      if (section.has('vmstate')) rules.state?.resume(cluster, guest);
      if (flag(call, 'start') && !isRunning(guest)) rules.start(call, guest);
    },
  };
}

/** The snapshot's options become the guest's; its notes and unused volumes stay, and volumes the snapshot does not have become unused. */
function apply(cluster: Cluster, kind: GuestKind, guest: Guest, section: Options): void {
  const { current, pending, cloudinit } = guest.config;
  for (const [, volid] of snapshotVolumes(kind, current)) {
    if (!usesVolume(kind, section, volid)) addUnused(current, volid);
  }
  for (const option of [...current.keys()]) {
    if (!isUnusedKey(option) && option !== 'description') current.delete(option);
  }
  pending.clear();
  cloudinit.clear();
  copyConfig(section, current);
  for (const option of ['runningmachine', 'runningcpu', 'running-nets-host-mtu']) current.delete(option);
  if (current.has('vmgenid')) current.set('vmgenid', randomUuid(cluster));
}

/** ZFS and volume chains only go back to the newest snapshot of a volume. */
function checkRollback(cluster: Cluster, kind: GuestKind, guest: Guest, volid: string, snapname: string): void {
  const storage = storageById(cluster, storageOf(volid) ?? '');
  if (storage.type !== 'zfspool' && storage.type !== 'lvm') return;
  const of = ([, section]: readonly [string, Options]): number => Number(section.get('snaptime') ?? 0);
  const newest = [...guest.config.snapshots].filter(([, section]) => usesVolume(kind, section, volid)).reduce((a, b) => (of(b) >= of(a) ? b : a));
  if (newest[0] !== snapname && of(newest) > Number(guest.config.snapshots.get(snapname)?.get('snaptime') ?? 0) && !isReplicated(cluster, guest.vmid)) {
    throw failure(`can't rollback, '${snapname}' is not most recent snapshot on '${storage.type === 'lvm' ? volumeName(volid).name : volid}'`);
  }
}
