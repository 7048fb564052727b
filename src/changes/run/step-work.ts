import type { Logger } from '../../base/index.ts';
import { PveError } from '../../pve/index.ts';
import type { StepSecrets } from '../door.ts';
import { type Action, isSecretReference, type Step, type StepParameters } from '../proposal/step.ts';
import { Again, type Backoff, patience } from './backoff.ts';
import type { Driver, Drivers, Listening } from './driver.ts';
import type { LiveJournal } from './live-journal.ts';
import { settled } from './parts.ts';
import { StepFailed } from './step-failed.ts';
import { tellsTheEnd, verdictOnRequest, verdictOnTask } from './verdict.ts';

export interface StepContext {
  readonly journal: LiveJournal;
  readonly drivers: Drivers;
  readonly secrets: StepSecrets;
  readonly backoff: Backoff;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onLog: (step: string, lines: readonly string[]) => void;
}

/** Log lines that the journal keeps of a task. */
const KEPT_LINES = 20;

/**
 * Carries one step to its end, wherever the journal says it stands. Nothing is sent whose outcome is unknown before the cluster was read.
 * Resolves when the step is done; rejects with the error that ended it (the journal says so too) or when cancelled.
 */
export async function performStep(step: Step, context: StepContext, signal: AbortSignal): Promise<void> {
  const { journal } = context;
  try {
    await withPatience(step.id, step, context, signal);
  } catch (error) {
    const { state, fallback } = journal.step(step.id);
    if (signal.aborted || step.fallback === undefined || fallback === true || state === 'unknown') throw error;
    context.logger.warn(`${step.description} failed; trying ${step.fallback.driver}: ${messageOf(error)}`);
    await journal.setStep(step.id, { state: 'waiting', fallback: true, upid: undefined, error: undefined });
    await withPatience(step.id, step.fallback, context, signal);
  }
}

async function withPatience(id: string, action: Action, context: StepContext, signal: AbortSignal): Promise<void> {
  const used = context.journal.step(id).fallback === true && 'fallback' in action ? ((action as Step).fallback ?? action) : action;
  try {
    await patience(context.backoff).execute(() => new Attempt(id, used, context, signal).make(), signal);
  } catch (error) {
    const cause = error instanceof Again ? error.cause : error;
    if (signal.aborted) throw cause;
    // When the cluster did not tell, it may have happened, or go on. Whoever resumes the run asks first.
    const open = ['running', 'unknown'].includes(context.journal.step(id).state) && (error instanceof Again || !tellsTheEnd(cause));
    await context.journal.setStep(id, { state: open ? 'unknown' : 'failed', endedAt: context.now(), error: described(cause), log: taskLogOf(cause), parts: settled(context.journal.step(id).parts) });
    throw cause;
  }
}

/** One try at a step. */
class Attempt {
  readonly #id: string;
  readonly #action: Action;
  readonly #context: StepContext;
  readonly #signal: AbortSignal;

  constructor(id: string, action: Action, context: StepContext, signal: AbortSignal) {
    this.#id = id;
    this.#action = action;
    this.#context = context;
    this.#signal = signal;
  }

  async make(): Promise<void> {
    this.#signal.throwIfAborted();
    const { journal } = this.#context;
    const { state, upid } = journal.step(this.#id);
    if (state === 'done') return;
    if ((state === 'running' || state === 'unknown') && upid !== undefined) return this.#follow(upid);
    if (state === 'sending' || state === 'unknown') {
      const outcome = await this.#readOutcome();
      if (outcome === 'done') return this.#done();
      if (outcome !== 'not-done') return this.#follow(outcome.running);
    }
    await this.#send();
  }

  get #driver(): Driver {
    const { driver } = this.#action;
    const found = this.#context.drivers[driver];
    if (found === undefined) throw new PveError({ kind: 'bad-parameter', message: `Nothing here can do what the driver “${driver}” does.` });
    return found;
  }

  async #send(): Promise<void> {
    const { journal, now } = this.#context;
    const parameters = await this.#parameters();
    const { attempts } = journal.step(this.#id);
    // On the disk before it is sent: whoever finds the journal knows that it may have happened.
    await journal.setStep(this.#id, { state: 'sending', attempts: attempts + 1, sentAt: now(), upid: undefined, error: undefined });
    let sent: Awaited<ReturnType<Driver['send']>>;
    try {
      sent = await this.#driver.send(this.#action, parameters, this.#signal);
    } catch (error) {
      await this.#refused(error);
      return;
    }
    if (sent === 'done') return this.#done();
    await this.#follow(sent.upid);
  }

  async #refused(error: unknown): Promise<void> {
    const { journal } = this.#context;
    const verdict = this.#signal.aborted ? 'unknown' : verdictOnRequest(error);
    if (verdict === 'failed') throw error;
    await journal.setStep(this.#id, { state: verdict === 'unknown' ? 'unknown' : 'waiting', error: described(error) });
    throw new Again(asError(error));
  }

  async #readOutcome(): ReturnType<Driver['outcome']> {
    const { sentAt = 0 } = this.#context.journal.step(this.#id);
    try {
      return await this.#driver.outcome(this.#action, sentAt, this.#signal);
    } catch (error) {
      if (tellsTheEnd(error)) throw error;
      await this.#context.journal.setStep(this.#id, { state: 'unknown', error: described(error) });
      if (verdictOnRequest(error) === 'failed') throw error;
      throw new Again(asError(error));
    }
  }

  async #follow(upid: string): Promise<void> {
    const { journal, onLog } = this.#context;
    const known = journal.step(this.#id);
    if (known.state !== 'running' || known.upid !== upid) await journal.setStep(this.#id, { state: 'running', upid });
    let tail: readonly string[] = [];
    try {
      await followed(this.#driver, upid, this.#signal, this.#id, journal, (lines) => {
        tail = [...tail, ...lines].slice(-KEPT_LINES);
        onLog(this.#id, lines);
      });
    } catch (error) {
      if (this.#signal.aborted) throw error;
      const verdict = verdictOnTask(error);
      // The way to the task broke off: it stays `running` in the journal and is found again.
      if (verdict === 'unknown') throw new Again(asError(error));
      if (verdict === 'failed') throw error;
      await journal.setStep(this.#id, { state: 'waiting', upid: undefined, error: described(error) });
      throw new Again(asError(error));
    }
    await this.#done(tail);
  }

  async #done(log?: readonly string[]): Promise<void> {
    const { journal, now } = this.#context;
    await journal.setStep(this.#id, { state: 'done', endedAt: now(), error: undefined, ...(log === undefined || log.length === 0 ? {} : { log: [...log] }) });
  }

  async #parameters(): Promise<StepParameters> {
    const result: StepParameters = {};
    for (const [name, value] of Object.entries(this.#action.parameters)) {
      if (!isSecretReference(value)) {
        result[name] = value;
        continue;
      }
      const secret = await this.#context.secrets.secret(value.$secret);
      if (secret === undefined) throw new PveError({ kind: 'bad-parameter', message: `The value of “${name}” is not known any more, because secrets are not written down.`, advice: 'Make the proposal anew and enter it again.' });
      result[name] = secret;
    }
    return result;
  }
}

/** Follows a task and keeps its parts in the journal; what was told of them is on the disk when it settles. */
export async function followed(driver: Driver, upid: string, signal: AbortSignal, id: string, journal: LiveJournal, onLog: Listening['onLog']): Promise<void> {
  let written: Promise<unknown> = Promise.resolve();
  try {
    await driver.follow(upid, signal, {
      onLog,
      onParts: (parts) => {
        const writing = journal.setStep(id, { parts: { ...journal.step(id).parts, ...parts } });
        written = Promise.all([written, writing]);
        // It is waited for at the end; until then nobody listens to it.
        written.catch(() => undefined);
      },
    });
  } finally {
    await written;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const messageOf = (error: unknown): string => asError(error).message;

function described(error: unknown): { kind: string; message: string } {
  return { kind: error instanceof PveError || error instanceof StepFailed ? error.kind : 'unexpected', message: messageOf(error) };
}

function taskLogOf(error: unknown): string[] | undefined {
  if (error instanceof StepFailed) return error.log.slice(-KEPT_LINES);
  return error instanceof PveError ? error.details.taskLog?.slice(-KEPT_LINES) : undefined;
}
