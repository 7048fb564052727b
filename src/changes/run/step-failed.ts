/** A driver's word that a step has failed for good: trying the same again would fail again. Drivers that do not speak to Proxmox say so with it. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  /** What the person can do something about: `stale-plan`, `apply-failed`, … */
  readonly kind: string;
  /** The last lines of what it said; without secrets. */
  readonly log: readonly string[];

  constructor(kind: string, message: string, log: readonly string[] = []) {
    super(message);
    this.kind = kind;
    this.log = log;
  }
}

/** The kind with which a driver says, on a twin, that the step cannot be tried there, and why. */
export const NOT_REHEARSED = 'not-rehearsed';
