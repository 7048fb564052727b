import type { GuestRow, Live, NodeRow, Row, StorageRow } from '../../inventory/index.ts';
import type { PveClient } from '../../pve/index.ts';
import type { Effect, RiskReason, Safeguard } from '../proposal/proposal.ts';
import type { Action, StepParameters } from '../proposal/step.ts';
import type { Part } from '../proposal/part.ts';
import type { Target } from '../proposal/target.ts';

/** What is known of the cluster when a proposal is made; nothing in it asks the cluster again. */
export interface Circumstances {
  readonly connectionId: string;
  /** As they were at that moment: nothing is added to it later. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly live: (rowId: string) => Live | undefined;
  readonly guest: (vmid: number) => GuestRow | undefined;
  readonly node: (name: string) => NodeRow | undefined;
  readonly storage: (storage: string, node: string) => StorageRow | undefined;
  /** A guest's configuration (raw options, `digest` included), for guests whose operation wants it; undefined when it was not read. */
  readonly config: (vmid: number) => Readonly<Record<string, string | number>> | undefined;
  /** VMIDs with replication jobs. */
  readonly replicated: ReadonlySet<number>;
  /** When the guest was last backed up (milliseconds since the epoch), or that there is no backup; undefined when it was not or could not be looked for. */
  readonly lastBackup: (vmid: number) => number | 'none' | undefined;
  /** Whether the connection's user holds these privileges on the ACL path, as far as is known. */
  readonly may: (path: string, privileges: readonly string[]) => boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What {@link Operation.parts} told of the operation on this target; nothing for operations without parts. */
  readonly parts: (target: Target) => readonly Part[];
}

/** What is known of the cluster while parts are read. */
export type PartsReading = Pick<Circumstances, 'connectionId' | 'rows' | 'live' | 'guest'> & { readonly signal?: AbortSignal };

/** One request of the API, and what its answer is. */
export interface ApiRequest {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Below `/api2/json`, variable parts percent-encoded. */
  readonly path: string;
  readonly parameters: StepParameters;
  /** `task`: the answer is a UPID to follow; `done`: the work is over with the answer. */
  readonly answer: 'task' | 'done';
}

/** What reading the cluster tells about a step whose outcome is not known. */
export type Outcome = 'done' | 'not-done' | { readonly running: string /* UPID */ };

/** A privilege that an operation needs. `any`: one of them is enough. */
export interface Requirement {
  readonly path: string;
  readonly privileges: readonly string[];
  readonly any?: boolean;
}

/** A kind of change: everything the door has to know of it. One object per operation, in `operations/**`. */
export interface Operation<T extends Target = Target> {
  /** `guest.start` */
  readonly name: string;
  /** Who carries it out; default `api`. */
  readonly driver?: string;
  readonly targets: readonly T['kind'][];
  /** Imperative, for menus: “Start”. */
  readonly title: string;
  /** Whether {@link Circumstances.config} is wanted for its guests. */
  readonly needsConfig: boolean;
  /** Whether {@link Circumstances.replicated} is wanted. */
  readonly needsReplication?: boolean;
  /** Whether {@link Circumstances.lastBackup} is wanted for its guests. */
  readonly needsBackups?: boolean;
  /** The worker types its tasks have, to find them again: `qmstart`, `vzstart`. */
  readonly taskTypes: readonly string[];
  /**
   * Reads what it consists of, for operations that do many things at once: once, when the proposal is made. It becomes the step's parts.
   * @throws Refusal when it is none to be proposed
   */
  parts?(target: T, parameters: StepParameters, reading: PartsReading): Promise<readonly Part[]>;
  /** Fills in what the circumstances tell and the wish leaves open, so that the step means one thing only: `+10G` becomes a size, a running VM migrates online. */
  complete?(target: T, parameters: StepParameters, circumstances: Circumstances): StepParameters;
  /** A sentence for people. */
  describe(target: T, parameters: StepParameters): string;
  privileges(target: T, parameters: StepParameters, circumstances: Circumstances): readonly Requirement[];
  /** Why it cannot be done at all in these circumstances (protection, wrong state); undefined when it can be tried. */
  refusal(target: T, parameters: StepParameters, circumstances: Circumstances): string | undefined;
  risk(target: T, parameters: StepParameters, circumstances: Circumstances): readonly Omit<RiskReason, 'step'>[];
  effect(target: T, parameters: StepParameters, circumstances: Circumstances): EffectPart;
  safeguards(target: T, parameters: StepParameters, circumstances: Circumstances): readonly Pick<Safeguard, 'label' | 'recommended' | 'action'>[];
  inverse(target: T, parameters: StepParameters, circumstances: Circumstances): Action | undefined;
  request(target: T, parameters: StepParameters): ApiRequest;
  /**
   * Reads whether the change has already happened, for a step that was sent and whose answer never came.
   * @param since seconds since the epoch when it was sent
   */
  outcome(target: T, parameters: StepParameters, client: PveClient, since: number): Promise<Outcome>;
}

/** An operation that a room further up the line brings along, with a driver of its own. */
export type ContributedOperation<T extends Target = Target> = Omit<Operation<T>, 'request' | 'outcome' | 'taskTypes'> & { readonly driver: string };

/** All that has to be known to propose it. */
export type ProposableOperation = Operation | ContributedOperation;

/** What one step adds to a proposal's {@link Effect}. */
export interface EffectPart {
  readonly interruptions?: readonly string[];
  readonly losses?: readonly string[];
  /** CPUs and bytes that come to (or, negative, leave) a node. */
  readonly nodes?: readonly { readonly node: string; readonly cpus: number; readonly memory: number }[];
  readonly storages?: readonly { readonly storage: string; readonly node: string; readonly bytes: number }[];
}

export type { Effect };
