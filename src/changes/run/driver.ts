import type { Outcome } from '../operations/operation.ts';
import type { Action, Step, StepParameters } from '../proposal/step.ts';
import type { PartRecord } from './run.ts';

/** What a driver has to tell while it waits. */
export interface Listening {
  readonly onLog: (lines: readonly string[]) => void;
  /** How parts of the step stand now, by their ids; those that are not named stand as before. */
  readonly onParts: (parts: Readonly<Record<string, PartRecord>>) => void;
}

/** Carries out actions of one kind on one connection. Everything rejects with `PveError` or `StepFailed`. */
export interface Driver {
  /** Milliseconds that a task may take to end once it was told to stop; default 30 s. */
  readonly stopsWithin?: number;
  /** Sends it once. Resolves with the task to follow, or when it is done with the answer. Parts are given where the action has any. */
  send(action: Action & Pick<Step, 'parts'>, parameters: StepParameters, signal: AbortSignal): Promise<{ readonly upid: string } | 'done'>;
  /** Waits for a task's end. Rejects with kind `task-failed` and the log's tail when it ends badly. */
  follow(upid: string, signal: AbortSignal, listening: Listening): Promise<void>;
  /** Asks for a task to be ended. @param insist it was asked before, and shall end whatever becomes of it */
  stop(upid: string, insist?: boolean): Promise<void>;
  /** Reads whether it has happened. @param sentAt milliseconds since the epoch, by our clock */
  outcome(action: Action, sentAt: number, signal: AbortSignal): Promise<Outcome>;
}

/** The drivers that a run may use, by name. */
export type Drivers = Readonly<Record<string, Driver>>;
