import pLimit from 'p-limit';
import { Emitter } from '../../base/index.ts';
import type { Running } from '../door.ts';
import type { Action, Step } from '../proposal/step.ts';
import type { Driver } from './driver.ts';
import type { FileLock } from './file-lock.ts';
import { settled } from './parts.ts';
import { tellsTheEnd } from './verdict.ts';
import { followed, performStep, type StepContext } from './step-work.ts';
import type { Journal } from './run.ts';

export interface EngineOptions extends Omit<StepContext, 'onLog'> {
  readonly steps: readonly Step[];
  /** What the run is called when all steps are done. */
  readonly goal: 'succeeded' | 'rolled-back';
  /** Steps at a time. */
  readonly concurrency: number;
  readonly claim: FileLock;
  /** Told of every step that ended and of the end itself; the run waits for it. */
  readonly audit: (event: { readonly step: string; readonly record: Journal['steps'][string] } | { readonly ended: Journal['state'] }) => Promise<void>;
}

/** Milliseconds that a task may take to end once it was told to. */
const STOPS_WITHIN = 30_000;

/** Runs steps in their order, those that do not depend on each other side by side, until all are done or one fails. */
export class Engine implements Running {
  readonly #options: EngineOptions;
  readonly #logs = new Emitter<{ readonly step: string; readonly lines: readonly string[] }>();
  readonly #abort = new AbortController();
  #failed = false;
  #cancelled = false;
  readonly ended: Promise<Journal>;
  readonly onDidLog = this.#logs.event;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.ended = this.#run();
  }

  get journal(): Journal {
    return this.#options.journal.current;
  }

  get onDidChange(): Running['onDidChange'] {
    return this.#options.journal.onDidChange;
  }

  async cancel(): Promise<void> {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#abort.abort();
    await this.ended;
  }

  async insist(): Promise<void> {
    const { journal, steps, drivers } = this.#options;
    await Promise.all(steps.map(async ({ id, driver }) => {
      const { state, upid } = journal.step(id);
      if (this.#cancelled && state === 'running' && upid !== undefined) await drivers[driver]?.stop(upid, true);
    }));
  }

  /** The window closes: nothing is stopped on the cluster, and whoever opens the journal next goes on. */
  dispose(): void {
    this.#abort.abort();
    this.#logs.dispose();
  }

  async #run(): Promise<Journal> {
    const { journal, steps, concurrency, claim, logger } = this.#options;
    const limit = pLimit(concurrency);
    const ends = new Map<string, Promise<boolean>>();
    try {
      for (const step of steps) ends.set(step.id, this.#afterOthers(step, ends, limit));
      const all = await Promise.all(ends.values());
      await this.#end(all.every(Boolean));
    } catch (error) {
      // The disk is full or the folder gone: what runs on the cluster goes on, and the journal tells what was known last.
      logger.error(`The run ${journal.current.id} stops: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      this.#abort.abort();
      await Promise.allSettled(ends.values());
    } finally {
      await claim.release();
    }
    return journal.current;
  }

  /** @returns whether the step is done */
  async #afterOthers(step: Step, ends: ReadonlyMap<string, Promise<boolean>>, limit: ReturnType<typeof pLimit>): Promise<boolean> {
    const before = await Promise.all(step.after.map((id) => ends.get(id) ?? Promise.resolve(true)));
    if (!before.every(Boolean)) return false;
    return limit(() => this.#perform(step));
  }

  async #perform(step: Step): Promise<boolean> {
    const { journal, audit } = this.#options;
    if (journal.step(step.id).state === 'done') return true;
    // After a failure nothing new begins; what a former session has begun is still followed to its end.
    const begun = ['sending', 'running', 'unknown'].includes(journal.step(step.id).state);
    if (this.#abort.signal.aborted || (this.#failed && !begun)) return false;
    try {
      await performStep(step, { ...this.#options, onLog: (id, lines) => this.#logs.fire({ step: id, lines }) }, this.#abort.signal);
    } catch (error) {
      if (this.#abort.signal.aborted) {
        if (this.#cancelled) await this.#stop(step);
        return false;
      }
      if (!['failed', 'unknown'].includes(journal.step(step.id).state)) throw error;
      this.#failed = true;
      await audit({ step: step.id, record: journal.step(step.id) });
      return false;
    }
    await audit({ step: step.id, record: journal.step(step.id) });
    return true;
  }

  /** Ends a cancelled step's task on the cluster and writes down how it stands. */
  async #stop(step: Step): Promise<void> {
    const { journal, drivers, now, audit } = this.#options;
    const action = journal.step(step.id).fallback === true && step.fallback !== undefined ? step.fallback : step;
    const driver = drivers[action.driver];
    if (['sending', 'unknown'].includes(journal.step(step.id).state)) await this.#settle(step.id, action, driver);
    const { state, upid } = journal.step(step.id);
    if (state === 'running' && upid !== undefined) {
      try {
        if (driver !== undefined) {
          await driver.stop(upid);
          await followed(driver, upid, AbortSignal.timeout(driver.stopsWithin ?? STOPS_WITHIN), step.id, journal, (lines) => this.#logs.fire({ step: step.id, lines }));
        }
        await journal.setStep(step.id, { state: 'done', endedAt: now() });
      } catch (error) {
        // Only a task that was seen to end is cancelled; one that nobody could reach may go on, and is looked for by whoever resumes the run.
        await journal.setStep(step.id, { state: tellsTheEnd(error) ? 'cancelled' : 'unknown', endedAt: now(), error: { kind: 'cancelled', message: error instanceof Error ? error.message : String(error) }, parts: settled(journal.step(step.id).parts) });
      }
    } else if (state !== 'done') return;
    await audit({ step: step.id, record: journal.step(step.id) });
  }

  /** Finds out about a request whose answer was not waited for. One that has done nothing yet may still do it, so that its outcome stays unknown. */
  async #settle(id: string, action: Action, driver: Driver | undefined): Promise<void> {
    const { journal, now, logger } = this.#options;
    try {
      const outcome = await driver?.outcome(action, journal.step(id).sentAt ?? 0, AbortSignal.timeout(STOPS_WITHIN));
      if (outcome === 'done') await journal.setStep(id, { state: 'done', endedAt: now(), error: undefined });
      else if (outcome !== undefined && outcome !== 'not-done') await journal.setStep(id, { state: 'running', upid: outcome.running, error: undefined });
    } catch (error) {
      logger.warn(`How “${action.description}” ended is not known: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #end(done: boolean): Promise<void> {
    const { journal, goal, now, audit } = this.#options;
    // Closing the window is no end: the run is found again and resumed.
    if (!done && this.#abort.signal.aborted && !this.#cancelled) return;
    const state = done ? goal : this.#cancelled ? 'cancelled' : 'failed';
    await journal.setState(state, new Date(now()).toISOString());
    await audit({ ended: state });
  }
}
