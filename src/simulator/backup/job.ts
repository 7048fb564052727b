import { ApiError, failure } from '../api/errors.ts';
import { isRunning } from '../guests/lookup.ts';
import { startWorker, taskMessage, type Work } from '../guests/worker.ts';
import type { Call } from '../api/route.ts';
import { beginBackup, checkGuest, estimate, type GuestBackup, type Job } from './guest-backup.ts';
import { type BackupOptions, findTarget } from './target.ts';
import { formatDate, formatTime } from './text.ts';

/** Milliseconds that a guest takes whose backup fails at once. */
const FAILS_AFTER = 500;

export interface JobRequest {
  readonly call: Call;
  readonly node: string;
  readonly options: BackupOptions;
  /** Guests of this node, and those that do not exist. */
  readonly vmids: readonly number[];
  /** Chosen guests that are on other nodes. */
  readonly elsewhere: readonly number[];
  readonly commandLine: string;
}

/** Starts the worker that backs up the guests one after the other. @returns its UPID */
export function startJob(request: JobRequest): string {
  const { call, node, vmids } = request;
  return startWorker(call, { node, type: 'vzdump', id: vmids.length === 1 ? String(vmids[0]) : '' }, () => planJob(request));
}

/** Milliseconds after which a job that waits looks again. */
const WAITS = 1000;
/** Minutes it waits at most, when `lockwait` does not say. */
const LOCK_WAIT = 180;

/** On a node one job runs at a time; the others wait for those before them. */
function planJob(request: JobRequest): Work {
  const { call: { cluster }, node, options } = request;
  const run = new Run({ call: request.call, node, options, target: findTarget(cluster, node, options) });
  const others = cluster.tasks.list().filter((task) => task.type === 'vzdump' && task.node === node && task.endtime === undefined).map(({ upid }) => upid);
  if (others.length === 0) {
    run.begin(request);
    return { duration: run.duration, log: run.log, finish: () => run.finish(), abort: () => run.abort() };
  }
  const patience = Number(options['lockwait'] ?? LOCK_WAIT) * 60_000;
  let waited = 0;
  let begun = false;
  return {
    duration: WAITS,
    log: [[0, 'INFO: trying to get global lock - waiting...']],
    next: () => {
      if (begun) return undefined;
      waited += WAITS;
      if (others.some((upid) => cluster.tasks.get(upid)?.endtime === undefined)) {
        if (waited >= patience) throw failure("can't acquire lock '/var/run/vzdump.lock' - got timeout");
        return { duration: WAITS };
      }
      begun = true;
      run.begin(request);
      return { duration: run.duration, log: ['INFO: got global lock'], timed: run.log };
    },
    finish: () => run.finish(),
    abort: () => run.abort(),
  };
}

/** With `all`, guests that the caller may not back up are left out; named ones make the job fail. */
function allowed({ call, options, vmids }: JobRequest): number[] {
  return [...vmids].sort((a, b) => a - b).filter((vmid) => {
    if (!call.cluster.guests.has(vmid)) return true;
    if (options['all'] !== true) call.demand(`/vms/${vmid}`, ['VM.Backup']);
    return call.may(`/vms/${vmid}`, ['VM.Backup']);
  });
}

/** Milliseconds of a guest's turn, as far as can be told before it comes. */
function expectedDuration(job: Job, vmid: number): number {
  const guest = job.call.cluster.guests.get(vmid);
  if (guest === undefined || guest.config.current.has('lock')) return FAILS_AFTER;
  try {
    checkGuest(job, guest);
  } catch {
    return FAILS_AFTER;
  }
  return estimate(job, guest);
}

/**
 * One job as it goes. Each guest's turn comes by the clock, and only then is it known whether it can be backed up; so the log grows
 * with the turns, while the job's length is told in advance.
 */
class Run {
  readonly log: [number, string][] = [];
  duration = 0;
  readonly #job: Job;
  #startedAt = 0;
  #current: GuestBackup | undefined;
  #errors = 0;
  #over = false;

  constructor(job: Job) {
    this.#job = job;
  }

  /** Says what is to be done and lets the guests' turns come. */
  begin(request: JobRequest): void {
    const { tasks } = this.#job.call.cluster;
    this.#startedAt = tasks.now();
    const turns = allowed(request).map((vmid) => ({ vmid, duration: expectedDuration(this.#job, vmid) }));
    this.duration = turns.reduce((sum, { duration }) => sum + duration, 200);
    this.say(0, `INFO: starting new backup job: ${request.commandLine}`);
    if (request.elsewhere.length > 0) this.say(0, `INFO: skip external VMs: ${[...request.elsewhere].sort((a, b) => a - b).join(', ')}`);
    let at = 0;
    for (const { vmid, duration } of turns) {
      const from = at;
      tasks.later(from, () => this.#begin(vmid, from, from + duration));
      at += duration;
    }
    tasks.later(this.duration - 1, () => this.#close());
  }

  /** @param at milliseconds from the job's beginning */
  say(at: number, line: string): void {
    this.log.push([Math.min(1, at / this.duration), line]);
  }

  /** Milliseconds since the epoch, by the job's own time; never later than the clock. */
  #time(at: number): number {
    return Math.min(this.#job.call.cluster.clock.now(), this.#startedAt + at);
  }

  #begin(vmid: number, at: number, end: number): void {
    if (this.#over) return;
    const { call, node } = this.#job;
    const guest = call.cluster.guests.get(vmid);
    try {
      if (guest?.node !== node) throw failure(`unable to find VM '${vmid}'`);
      checkGuest(this.#job, guest);
      this.say(at, `INFO: Starting Backup of VM ${vmid} (${guest.kind})`);
      this.say(at, `INFO: Backup started at ${formatDate(this.#time(at))}`);
      this.say(at, `INFO: status = ${isRunning(guest) ? 'running' : 'stopped'}`);
      const backup = beginBackup(this.#job, guest, this.#time(at));
      this.#current = backup;
      for (const [offset, line] of backup.lines) this.say(Math.min(end, at + offset), `INFO: ${line}`);
      const { resume } = backup;
      if (resume !== undefined) call.cluster.tasks.later(Math.max(0, Math.min(resume.at, end - at - 1)), () => resume.act());
      call.cluster.tasks.later(end - at - 1, () => this.#end(vmid, at, end));
    } catch (error) {
      this.#fail(vmid, at, error);
    }
  }

  #end(vmid: number, at: number, end: number): void {
    const backup = this.#current;
    if (this.#over || backup === undefined) return;
    this.#current = undefined;
    let problem: unknown;
    try {
      for (const line of backup.finish(this.#time(end))) this.say(end, `INFO: ${line}`);
    } catch (error) {
      problem = error;
    }
    for (const line of backup.release()) this.say(end, `INFO: ${line}`);
    if (problem !== undefined) {
      this.#fail(vmid, end, problem);
      return;
    }
    this.say(end, `INFO: Finished Backup of VM ${vmid} (${formatTime((end - at) / 1000)})`);
    this.say(end, `INFO: Backup finished at ${formatDate(this.#time(end))}`);
  }

  #fail(vmid: number, at: number, error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    this.#errors += 1;
    this.say(at, `ERROR: Backup of VM ${vmid} failed - ${taskMessage(error)}`);
    this.say(at, `INFO: Failed at ${formatDate(this.#time(at))}`);
  }

  #close(): void {
    if (!this.#over) this.say(this.duration, `INFO: Backup job finished ${this.#errors > 0 ? 'with errors' : 'successfully'}`);
  }

  finish(): void {
    this.#over = true;
    if (this.#errors > 0) throw failure('job errors');
  }

  abort(): void {
    this.#over = true;
    this.#current?.release();
    this.#current = undefined;
  }
}
