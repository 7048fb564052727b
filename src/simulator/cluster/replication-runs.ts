import type { Options } from '../../pve/config/index.ts';
import { QEMU, LXC } from '../guests/kind.ts';
import { volumeSettings } from '../guests/references.ts';
import { volumeHasFeature } from '../guests/storages.ts';
import { isCdrom, storageOf } from '../guests/volume-setting.ts';
import { utcOffset } from '../nodes/journal.ts';
import { failure } from '../api/errors.ts';
import type { Cluster, Guest } from '../state/cluster.ts';
import { isShared } from '../state/storages.ts';
import { findVolume } from '../state/volumes.ts';
import { nextRun } from './next-run.ts';

/** How a job's runs have gone; it lives on the guest's node and in no configuration file. Times in seconds since the epoch, 0 for never. */
interface ReplicationState {
  lastTry: number;
  lastSync: number;
  failCount: number;
  /** Seconds the last run took. */
  duration: number;
  error?: string;
  /** Of the last run. */
  log: string[];
  /** No run begins before. */
  knownSince: number;
}

const STATES = new WeakMap<Cluster, Map<string, ReplicationState>>();

const now = (cluster: Cluster): number => Math.floor(cluster.clock.now() / 1000);

export function replicationState(cluster: Cluster, id: string): ReplicationState {
  const states = STATES.get(cluster) ?? new Map<string, ReplicationState>();
  STATES.set(cluster, states);
  const state = states.get(id) ?? { lastTry: 0, lastSync: 0, failCount: 0, duration: 0, log: [], knownSince: now(cluster) };
  states.set(id, state);
  return state;
}

export function forgetReplication(cluster: Cluster, id: string): void {
  STATES.get(cluster)?.delete(id);
}

/**
 * The volumes of a guest that are replicated: on storages of its node, and not left out by `replicate=0`.
 * @throws ApiError for a volume that cannot be replicated
 */
export function replicatedVolumes(cluster: Cluster, guest: Guest): string[] {
  const kind = guest.kind === 'qemu' ? QEMU : LXC;
  const result = new Set<string>();
  for (const [, setting] of volumeSettings(kind, guest.config.current)) {
    if ((guest.kind === 'qemu' && isCdrom(setting)) || setting.properties.get('replicate') === '0' || setting.volume === 'none') continue;
    const storage = cluster.storages.get(storageOf(setting.volume) ?? '');
    if (setting.volume.startsWith('/')) throw failure(`unable to replicate local file/device '${setting.volume}'\n`);
    if (storage === undefined || isShared(storage)) continue;
    if (!volumeHasFeature(cluster, setting.volume, 'replicate', { container: guest.kind === 'lxc' })) throw failure(`missing replicate feature on volume '${setting.volume}'\n`);
    result.add(setting.volume);
  }
  return [...result].sort();
}

/** When the job comes next; retries come after minutes, and only while the target answers (0: never). */
export function nextSync(cluster: Cluster, job: Options, state: ReplicationState, node: string): number {
  if (job.has('remove_job')) return 1;
  if (state.failCount > 0) {
    if (cluster.nodes.get(job.get('target') ?? '')?.online !== true) return 0;
    return state.lastTry + 60 * (state.failCount <= 3 ? 5 * state.failCount : 30);
  }
  return nextRun(cluster, job.get('schedule') ?? '*/15', state.lastTry, node) ?? 0;
}

/** Bytes per second between nodes. */
const SPEED = 110_000_000;
/** Part of a volume that changes between two runs. */
const CHANGED = 0.002;

function secondsFor(cluster: Cluster, volumes: readonly string[], job: Options, first: boolean): number {
  const bytes = volumes.reduce((sum, volid) => sum + (findVolume(cluster, volid)?.used ?? 0), 0) * (first ? 1 : CHANGED);
  const limit = Number(job.get('rate') ?? 0) * 1_000_000;
  return Math.round((1.8 + 0.7 * volumes.length + bytes / (limit > 0 ? Math.min(limit, SPEED) : SPEED)) * 1000) / 1000;
}

/** Why the target does not answer. */
function unreachable(cluster: Cluster, target: string): string {
  const ip = cluster.nodes.get(target)?.ip ?? target;
  return `command '/usr/bin/ssh -e none -o 'BatchMode=yes' -o 'HostKeyAlias=${target}' root@${ip} -- pvesr prepare-local-job' failed: exit code 255`;
}

/** One run at `at`, as it is told in the job's log. */
function run(cluster: Cluster, id: string, job: Options, guest: Guest, state: ReplicationState, at: number): void {
  const offset = utcOffset(at * 1000, cluster.nodes.get(guest.node)?.timezone ?? 'UTC');
  const log: string[] = [];
  let time = at;
  const write = (message: string): void => void log.push(`${new Date(time * 1000 + offset).toISOString().slice(0, 19).replace('T', ' ')} ${id}: ${message}`);
  write('start replication job');
  state.lastTry = at;
  try {
    const volumes = replicatedVolumes(cluster, guest);
    const target = job.get('target') ?? '';
    write(`guest => ${guest.kind === 'qemu' ? 'VM' : 'CT'} ${guest.vmid}, running => ${guest.power === 'stopped' ? 0 : guest.pid}`);
    write(`volumes => ${volumes.join(',')}`);
    if (cluster.nodes.get(target)?.online !== true) throw failure(unreachable(cluster, target));
    const first = state.lastSync === 0;
    const snapshot = (seconds: number): string => `__replicate_${id}_${seconds}__`;
    time += 1;
    for (const volid of volumes) write(`create snapshot '${snapshot(at)}' on ${volid}`);
    write(`using secure transmission, rate limit: ${job.has('rate') ? `${job.get('rate') ?? ''} MByte/s` : 'none'}`);
    for (const volid of volumes) write(first ? `full sync '${volid}' (${snapshot(at)})` : `incremental sync '${volid}' (${snapshot(state.lastSync)} => ${snapshot(at)})`);
    state.duration = secondsFor(cluster, volumes, job, first);
    time = at + Math.floor(state.duration);
    if (!first) for (const volid of volumes) write(`delete previous replication snapshot '${snapshot(state.lastSync)}' on ${volid}`);
    write('end replication job');
    state.lastSync = at;
    state.failCount = 0;
    delete state.error;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).trim();
    time = at + 3;
    write(`end replication job with error: ${message}`);
    state.duration = 3;
    state.failCount += 1;
    state.error = message;
  }
  state.log = log;
}

/** Runs settled one by one; of a longer pause only these many at its end are told apart. */
const MOST_RUNS = 200;

/** Does what the node's timer would have done until now: each minute it runs what is due. */
export function settleReplication(cluster: Cluster, id: string, job: Options, guest: Guest): ReplicationState {
  const state = replicationState(cluster, id);
  if (job.has('disable') && job.get('disable') !== '0') return state;
  if (job.has('remove_job') || cluster.nodes.get(guest.node)?.online !== true || job.get('target') === guest.node) return state;
  for (let i = 0; i < MOST_RUNS; i++) {
    const due = nextSync(cluster, job, state, guest.node);
    const at = Math.ceil(Math.max(due, state.knownSince + 1, state.lastTry + 1) / 60) * 60;
    if (due === 0 || at > now(cluster)) return state;
    run(cluster, id, job, guest, state, at);
  }
  const at = Math.floor(now(cluster) / 60) * 60;
  if (at > state.lastTry) run(cluster, id, job, guest, state, at);
  return state;
}
