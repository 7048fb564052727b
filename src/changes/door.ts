import type { Disposable, Event } from '../base/index.ts';
import type { Connection } from '../pve/index.ts';
import type { Decision } from './policy/decision.ts';
import type { Origin, Proposal } from './proposal/proposal.ts';
import type { StepParameters } from './proposal/step.ts';
import type { Target } from './proposal/target.ts';
import type { Journal } from './run/run.ts';

/** What a surface wants done; the door makes a proposal out of it. */
export interface Wish {
  readonly operation: string;
  readonly target: Target;
  readonly parameters?: StepParameters;
}

export interface Asking {
  readonly connection: Connection;
  readonly origin: Origin;
  readonly surface: string;
}

/** What was agreed in a review. */
export interface Approval {
  /** Ids of the ticked safeguards. */
  readonly safeguards: readonly string[];
  /** What was typed, when the policy asks for the name. */
  readonly typed?: string;
}

/** Where values come from that no file may hold: a new container's password, a key. */
export interface StepSecrets {
  /** Undefined when it is not known (any more). */
  secret(reference: string): Promise<string | undefined>;
}

/** A run under way. */
export interface Running extends Disposable {
  readonly journal: Journal;
  readonly onDidChange: Event<Journal>;
  /** New lines of a step's task log. */
  readonly onDidLog: Event<{ readonly step: string; readonly lines: readonly string[] }>;
  /** Resolves when the run has ended, in whatever state. Never rejects. */
  readonly ended: Promise<Journal>;
  /** Stops what runs, on the cluster too, and begins nothing more. */
  cancel(): Promise<void>;
  /** For a cancel that takes long: ends at once what can be ended so, whatever is lost by it. Does nothing before a cancel. */
  insist(): Promise<void>;
}

/** The one way to change a cluster. */
export interface Door extends Disposable {
  /** Reads what it needs of the cluster and makes a proposal. Rejects with PveError, or `Refusal` when a wish cannot be granted at all. */
  propose(asking: Asking, wishes: readonly Wish[], signal?: AbortSignal): Promise<Proposal>;
  decide(proposal: Proposal): Promise<Decision>;
  /** Throws `Refusal` when the approval does not satisfy the policy, or the proposal has run already (in whichever window). */
  run(proposal: Proposal, approval: Approval): Promise<Running>;
  /** Writes down that it will not run: a person decided against it, or the policy refuses it. */
  decline(proposal: Proposal): Promise<void>;
  /** Runs of this and former sessions that have not come to an end. */
  unfinished(): Promise<readonly Journal[]>;
  /** Goes on from the first step that is not done; unknown outcomes are read first. */
  resume(id: string): Promise<Running>;
  /** Runs the inverses of the done steps, last first. */
  rollBack(id: string): Promise<Running>;
  /** Leaves everything as it is and closes the run. */
  leave(id: string): Promise<void>;
}

/** Something the door does not do, and why. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join(' '));
    this.reasons = reasons;
  }
}
