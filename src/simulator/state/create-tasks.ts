import type { Clock } from '../../base/index.ts';
import type { Task, TaskPart, TaskPlan, Tasks } from './tasks.ts';

interface Running {
  readonly plan: TaskPlan;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endsAt: number;
  /** The fraction at which a fault ends it, and what it says. */
  readonly fault: TaskFault | undefined;
}

interface Entry {
  task: Task & { endtime?: number; exitstatus?: string };
  running: Running | undefined;
  /** What waits for its end. */
  followers?: (() => void)[];
  /** Lines that are final; those of a running task's present part follow from the time. */
  log: string[];
}

/** A failure put into a task from outside. */
export interface TaskFault {
  /** 0 … 1: how far the work gets. */
  readonly at: number;
  readonly message: string;
}

export interface TaskSettings {
  readonly clock: Clock;
  /** 0 ≤ x < 1, seeded. */
  readonly random: () => number;
  /** Factor on every duration: 1 is real time, 0 ends tasks at once. */
  readonly pace: number;
  /** Asked once per task that is started. */
  readonly fault?: (plan: TaskPlan) => TaskFault | undefined;
  /** Ended tasks that are kept; the oldest go first. Proxmox keeps about this many in its active list and index. */
  readonly kept?: number;
}

/** Workers driven by the clock alone: whoever looks at tasks, or at what they change, first calls {@link TaskClock.settle}. */
export interface TaskClock extends Tasks {
  /** Ends every task whose time has come, in the order in which they end. */
  settle(): void;
  /** Milliseconds since the epoch at which the next running task ends; undefined when none runs. */
  nextEnd(): number | undefined;
}

const hex = (value: number): string => Math.floor(value).toString(16).toUpperCase().padStart(8, '0');

/** Only what would break the colon-separated text is escaped (PVE::Tools::encode_text). */
const escapeId = (id: string): string => id.replace(/[^\x20-\x24\x26-\x39\x3b-\x7e]/gu, encodeURIComponent);

export function createTasks({ clock, random, pace, fault = () => undefined, kept = 5000 }: TaskSettings): TaskClock {
  const entries = new Map<string, Entry>();
  const running = new Set<Entry>();
  /** Sorted by time. */
  const events: { readonly at: number; readonly act: () => void }[] = [];
  let lastPid = 100_000 + Math.floor(random() * 50_000);
  let settling = false;
  /** Milliseconds since the epoch of what is being settled: the time for what it begins itself. */
  let moment: number | undefined;

  /** `UPID:<node>:<pid>:<pstart>:<starttime>:<type>:<id>:<user>:`, numbers in hexadecimal (PVE::UPID). */
  function newTask({ node, type, id, user }: Pick<Task, 'node' | 'type' | 'id' | 'user'>, starttime: number): Task {
    lastPid += 1 + Math.floor(random() * 40);
    const pid = lastPid;
    const pstart = starttime & 0x3fffffff;
    return { upid: `UPID:${node}:${hex(pid)}:${hex(pstart)}:${hex(starttime)}:${type}:${escapeId(id)}:${user}:`, node, pid, pstart, type, id, user, starttime };
  }

  function keep(entry: Entry): string {
    entries.set(entry.task.upid, entry);
    if (entries.size > kept) {
      for (const [upid, one] of entries) {
        if (entries.size <= kept) break;
        if (one.running === undefined) entries.delete(upid);
      }
    }
    return entry.task.upid;
  }

  function linesAt(plan: TaskPlan, fraction: number): string[] {
    return (plan.log ?? []).filter(([at]) => at <= fraction).map(([, line]) => line);
  }

  function end(entry: Entry, at: number, fraction: number, outcome: () => readonly string[] | void): void {
    const { running: work } = entry;
    if (work === undefined) return;
    entry.running = undefined;
    running.delete(entry);
    entry.log.push(...linesAt(work.plan, fraction));
    let exitstatus = 'OK';
    try {
      entry.log.push(...(outcome() ?? []));
    } catch (error) {
      exitstatus = (error instanceof Error ? error.message : String(error)).trimEnd();
    }
    const warnings = entry.log.filter((line) => line.startsWith('WARN:')).length;
    if (exitstatus === 'OK' && warnings > 0) exitstatus = `WARNINGS: ${warnings}`;
    entry.log.push(exitstatus === 'OK' ? 'TASK OK' : exitstatus.startsWith('WARNINGS: ') ? `TASK ${exitstatus}` : `TASK ERROR: ${exitstatus}`);
    entry.task = { ...entry.task, endtime: Math.floor(at / 1000), exitstatus: exitstatus.split('\n')[0] ?? '' };
    for (const act of entry.followers?.splice(0) ?? []) act();
  }

  /** The task's next part begins where this one ends, or the task ends. Waiting tasks stand back behind those they wait for. */
  function goOn(entry: Entry, work: Running): void {
    const { plan, endsAt } = work;
    let part: TaskPart | undefined;
    try {
      part = plan.next?.();
    } catch (error) {
      end(entry, endsAt, 1, () => {
        throw error;
      });
      return;
    }
    if (part === undefined) return end(entry, endsAt, 1, () => plan.finish?.());
    entry.log.push(...linesAt(plan, 1), ...(part.log ?? []));
    entry.running = { plan: { ...plan, log: part.timed ?? [] }, startedAt: endsAt, endsAt: endsAt + part.duration * pace, fault: undefined };
    running.delete(entry);
    running.add(entry);
  }

  function settle(): void {
    // What a task does at its end may look at tasks itself.
    if (settling) return;
    settling = true;
    try {
      for (;;) {
        const now = clock.now();
        let next: Entry | undefined;
        for (const entry of running) {
          if (entry.running !== undefined && entry.running.endsAt <= now && (next?.running === undefined || entry.running.endsAt < next.running.endsAt)) next = entry;
        }
        const work = next?.running;
        const event = events[0];
        if (event !== undefined && event.at <= Math.min(now, work?.endsAt ?? Infinity)) {
          events.shift();
          moment = event.at;
          event.act();
          continue;
        }
        if (next === undefined || work === undefined) return;
        moment = work.endsAt;
        if (work.fault === undefined) goOn(next, work);
        else {
          const { at, message } = work.fault;
          end(next, work.endsAt, at, () => {
            work.plan.abort?.();
            throw new Error(message);
          });
        }
      }
    } finally {
      settling = false;
      moment = undefined;
    }
  }

  return {
    settle,
    nextEnd() {
      let next = events[0]?.at;
      for (const { running: work } of running) if (work !== undefined && work.endsAt !== Infinity) next = Math.min(next ?? Infinity, work.endsAt);
      return next;
    },
    start(plan) {
      settle();
      const startedAt = moment ?? clock.now();
      const broken = fault(plan);
      const duration = plan.duration * (plan.unscaled ? 1 : pace) * (broken?.at ?? 1);
      const entry: Entry = { task: newTask(plan, Math.floor(startedAt / 1000)), running: { plan, startedAt, endsAt: startedAt + duration, fault: broken }, log: [] };
      running.add(entry);
      const upid = keep(entry);
      if (duration <= 0) settle();
      return upid;
    },
    now: () => moment ?? clock.now(),
    later(milliseconds, act) {
      events.push({ at: (moment ?? clock.now()) + milliseconds * pace, act });
      events.sort((a, b) => a.at - b.at);
    },
    whenEnded(upid, act) {
      const entry = entries.get(upid);
      if (entry?.running === undefined) act();
      else (entry.followers ??= []).push(act);
    },
    record(task, log) {
      return keep({ task: { ...task, ...newTask(task, task.starttime) }, running: undefined, log: [...log] });
    },
    get(upid) {
      settle();
      return entries.get(upid)?.task;
    },
    log(upid) {
      settle();
      const entry = entries.get(upid);
      if (entry?.running === undefined) return entry?.log ?? [];
      const { plan, startedAt, endsAt, fault: broken } = entry.running;
      const share = endsAt === startedAt ? 1 : (clock.now() - startedAt) / (endsAt - startedAt);
      return [...entry.log, ...linesAt(plan, share * (broken?.at ?? 1))];
    },
    stop(upid) {
      settle();
      const entry = entries.get(upid);
      const work = entry?.running;
      if (entry === undefined || work === undefined) return false;
      const now = clock.now();
      const share = work.endsAt === work.startedAt ? 1 : (now - work.startedAt) / (work.endsAt - work.startedAt);
      end(entry, now, share, () => {
        work.plan.abort?.();
        throw new Error('received interrupt');
      });
      return true;
    },
    hold(upid) {
      settle();
      const entry = entries.get(upid);
      if (entry?.running !== undefined) entry.running = { ...entry.running, endsAt: Infinity, fault: undefined };
    },
    end(upid, error) {
      settle();
      const entry = entries.get(upid);
      if (entry?.running === undefined) return;
      end(entry, clock.now(), 1, () => {
        if (error !== undefined) throw new Error(error);
      });
    },
    list() {
      settle();
      return [...entries.values()].map((entry) => entry.task).sort((a, b) => b.starttime - a.starttime || b.pid - a.pid);
    },
  };
}
