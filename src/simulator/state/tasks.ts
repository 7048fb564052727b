/** What a worker does, told in advance: the log it writes as it goes and what holds true when it has ended. */
export interface TaskPlan {
  readonly node: string;
  /** Proxmox's worker type: `qmstart`, `vzdump`, `imgcopy`, … */
  readonly type: string;
  /** What it works on (a VMID, a storage) or empty. */
  readonly id: string;
  /** `user@realm` or `user@realm!token`. */
  readonly user: string;
  /** Milliseconds of simulated work before `finish` is called; scaled by the cluster's pace. */
  readonly duration: number;
  /** The duration is a time that people have (to connect, say), not work: the pace leaves it alone. */
  readonly unscaled?: true;
  /** Log lines with the fraction (0 … 1) of the work done when each is written. */
  readonly log?: readonly (readonly [fraction: number, line: string])[];
  /**
   * For work whose length shows only as it goes (a task that waits for others): called when `duration` is over and after each part it
   * gives; undefined when there is no more. May throw like `finish`.
   */
  readonly next?: () => TaskPart | undefined;
  /** Runs when the work is done. May throw an Error: its message becomes the task's error and exit status. May return more log lines. */
  readonly finish?: () => void | readonly string[];
  /** Runs instead of `finish` when the task is stopped or fails by a fault: undo locks and half-made things. */
  readonly abort?: () => void;
}

/** A further part of a task. */
export interface TaskPart {
  /** Milliseconds until `next` is asked again; scaled by the cluster's pace. */
  readonly duration: number;
  /** Lines written as it begins. */
  readonly log?: readonly string[];
  /** Lines written as it goes on, as in {@link TaskPlan}; may still grow while it does. */
  readonly timed?: TaskPlan['log'];
}

export interface Task {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  /** Seconds since the epoch. */
  readonly starttime: number;
  /** Set when it has ended. */
  readonly endtime?: number;
  /** `OK`, `WARNINGS: n`, or the error; set when it has ended. */
  readonly exitstatus?: string;
}

/** The cluster's workers. Time-driven: a task's log grows and its end comes as the clock goes on; nothing polls. */
export interface Tasks {
  /** Starts a worker and returns its UPID. */
  start(plan: TaskPlan): string;
  /** Adds a task that has already ended (history, failed jobs of the demo). */
  record(task: Omit<Task, 'upid' | 'pid' | 'pstart'>, log: readonly string[]): string;
  /** Milliseconds since the epoch: while something is being settled the time at which it is due, else the clock's. */
  now(): number;
  /** Lets something happen in so many milliseconds (scaled by the cluster's pace) that is nobody's task: a node that boots. */
  later(milliseconds: number, act: () => void): void;
  /** Lets something follow on a task's end, however it ends; at once when it has ended, or is not known any more. */
  whenEnded(upid: string, act: () => void): void;
  get(upid: string): Task | undefined;
  /** Lines written so far, the closing `TASK OK` / `TASK ERROR: …` included once it has ended. */
  log(upid: string): readonly string[];
  /** Ends a running task with `received interrupt` as Proxmox does; false when it has ended before. */
  stop(upid: string): boolean;
  /** Lets a running task go on until {@link end}, whatever its duration: somebody is connected to what it serves. */
  hold(upid: string): void;
  /** Ends a running task now: well, or with the error. */
  end(upid: string, error?: string): void;
  /** Newest first. */
  list(): readonly Task[];
}
