import { type Clock, type Disposable, type Logger } from '../../base/index.ts';
import { Refusal, type Running, type StepSecrets } from '../door.ts';
import type { Proposal } from '../proposal/proposal.ts';
import { undoing } from './approve.ts';
import { type Backoff, usualBackoff } from './backoff.ts';
import type { Drivers } from './driver.ts';
import { Engine, type EngineOptions } from './engine.ts';
import type { FileLock } from './file-lock.ts';
import { JournalStore } from './journal-store.ts';
import { LiveJournal } from './live-journal.ts';
import { waitingParts } from './parts.ts';
import type { Journal, StepRecord } from './run.ts';

export interface RunsOptions {
  /** Absolute path of the journals' folder; shared by all windows. */
  readonly folder: string;
  readonly driversOf: (connectionId: string) => Promise<Drivers>;
  readonly secrets: StepSecrets;
  /** Told of the steps and the end of every run. */
  readonly audit: (journal: Journal, event: Parameters<EngineOptions['audit']>[0]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff?: Backoff;
  /** Steps of one run at a time; default 8. */
  readonly concurrency?: number;
}

const endings: ReadonlySet<Journal['state']> = new Set(['succeeded', 'cancelled', 'rolled-back', 'left']);

/** Begins runs and finds those again that a former session left. */
export class Runs implements Disposable {
  readonly #options: RunsOptions;
  readonly #store: JournalStore;
  readonly #active = new Map<string, Running>();

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#store = new JournalStore(options.folder, options.logger);
  }

  /** Runs an approved proposal. @throws Refusal when it has run before, in whichever window */
  async start(proposal: Proposal): Promise<Running> {
    const first: Journal = {
      version: 1, id: proposal.id, state: 'running', started: new Date(this.#options.clock.now()).toISOString(), proposal,
      steps: Object.fromEntries(proposal.steps.map((step) => [step.id, { state: 'waiting', attempts: 0, ...waitingParts(step) } satisfies StepRecord])),
    };
    // Nothing is written before all is there that it needs: what could not begin has not run, and can be tried again.
    const drivers = await this.#options.driversOf(proposal.connection);
    const claim = await this.#claim(proposal.id);
    try {
      if (!(await this.#store.create(first))) throw new Refusal(['This proposal has been run already.']);
    } catch (error) {
      await claim.release();
      throw error;
    }
    return this.#begin(first, claim, proposal.steps, 'succeeded', drivers);
  }

  /** Runs that have not come to an end and that no other window works on, oldest first. */
  async unfinished(): Promise<readonly Journal[]> {
    const open = (await this.#store.all()).filter(({ id, state }) => !endings.has(state) && !this.#active.has(id));
    const free: Journal[] = [];
    for (const journal of open) {
      const claim = await this.#store.claim(journal.id);
      if (claim === undefined) continue;
      await claim.release();
      free.push(journal);
    }
    return free.sort((a, b) => (a.started < b.started ? -1 : 1));
  }

  /** Goes on where a run stands; what failed is tried again. A roll-back that was interrupted or has failed goes on rolling back: what it undid is not done any more. */
  async resume(id: string): Promise<Running> {
    const { journal, claim } = await this.#take(id, ['running', 'failed', 'cancelled', 'rolling-back']);
    if (isRollBack(journal)) return this.#rollBack(journal, claim);
    const steps = Object.fromEntries(Object.entries(journal.steps).map(([step, record]) => [step, hasFailed(record) ? waitingAgain(record) : record]));
    return this.#begin({ ...journal, state: 'running', steps }, claim, journal.proposal.steps, 'succeeded');
  }

  /** Undoes what was done, last first. */
  async rollBack(id: string): Promise<Running> {
    const { journal, claim } = await this.#take(id, ['running', 'failed', 'cancelled', 'succeeded', 'rolling-back']);
    return this.#rollBack(journal, claim);
  }

  /** The journal of a run, whoever works on it. @throws Refusal when there is none */
  async read(id: string): Promise<Journal> {
    const journal = await this.#store.read(id);
    if (journal === undefined) throw new Refusal(['There is no such run.']);
    return journal;
  }

  /** Closes a run and leaves everything as it is. */
  async leave(id: string): Promise<void> {
    const { journal, claim } = await this.#take(id, ['running', 'failed', 'cancelled', 'rolling-back']);
    try {
      const live = new LiveJournal(this.#store, journal);
      await live.setState('left', new Date(this.#options.clock.now()).toISOString());
      await this.#options.audit(live.current, { ended: 'left' });
    } finally {
      await claim.release();
    }
  }

  /** Nothing is stopped on the clusters: the next session finds the runs. */
  dispose(): void {
    for (const running of this.#active.values()) running.dispose();
  }

  async #rollBack(journal: Journal, claim: FileLock): Promise<Running> {
    // A step whose outcome is not known cannot be undone blindly; it is settled first by resuming.
    const open = journal.proposal.steps.filter(({ id }) => ['sending', 'running', 'unknown'].includes(journal.steps[id]?.state ?? ''));
    if (open.length > 0) {
      await claim.release();
      throw new Refusal([`It is not known yet how ${open.length === 1 ? `“${open[0]?.description ?? ''}” ended` : `${open.length} steps ended`}. Resume the run first, then roll it back.`]);
    }
    const inverses = undoing(journal);
    // One after the other: the order in which things were done may matter even where no step says so.
    const chained = inverses.map((step, index) => ({ ...step, after: index === 0 ? [] : [inverses[index - 1]!.id] }));
    // What a former session has begun to undo is found again like any other step.
    // A guest that could not be destroyed may have been started since it was stopped.
    const isAgain = (id: string): boolean => hasFailed(journal.steps[id]) || hasFailed(journal.steps[id.replace(/-stop~$/, '~')]);
    const steps = Object.fromEntries(chained.map(({ id }) => [id, isAgain(id) ? waitingAgain(journal.steps[id]) : (journal.steps[id] ?? waitingAgain(undefined))]));
    return this.#begin({ ...journal, state: 'rolling-back', steps: { ...journal.steps, ...steps } }, claim, chained, 'rolled-back');
  }

  async #begin(journal: Journal, claim: FileLock, steps: EngineOptions['steps'], goal: EngineOptions['goal'], known?: Drivers): Promise<Running> {
    const { clock, logger, secrets, backoff = usualBackoff, concurrency = 8, audit, driversOf } = this.#options;
    const live = new LiveJournal(this.#store, journal);
    let running: Engine;
    try {
      const drivers = known ?? (await driversOf(journal.proposal.connection));
      await live.flush();
      running = new Engine({
        journal: live, steps, goal, claim, drivers, secrets, backoff, concurrency, logger,
        now: () => clock.now(),
        audit: (event) => audit(live.current, event),
      });
    } catch (error) {
      await claim.release();
      throw error;
    }
    this.#active.set(journal.id, running);
    void running.ended.then(() => this.#active.delete(journal.id));
    return running;
  }

  async #take(id: string, states: readonly Journal['state'][]): Promise<{ readonly journal: Journal; readonly claim: FileLock }> {
    const claim = await this.#claim(id);
    const journal = await this.#store.read(id);
    if (journal !== undefined && states.includes(journal.state)) return { journal, claim };
    await claim.release();
    throw new Refusal([journal === undefined ? 'There is no such run.' : `The run has ended already (${journal.state}).`]);
  }

  async #claim(id: string): Promise<FileLock> {
    const claim = await this.#store.claim(id);
    if (claim === undefined) throw new Refusal(['Another window works on this run.']);
    return claim;
  }
}

/** Whether it undoes, or has begun to undo, what was done. */
export function isRollBack({ state, steps }: Journal): boolean {
  return state === 'rolling-back' || Object.keys(steps).some((step) => step.endsWith('~'));
}

/** Whether it ended without being done; it can be tried again from its beginning. */
function hasFailed(record: StepRecord | undefined): boolean {
  return record?.state === 'failed' || record?.state === 'cancelled';
}

/** Attempts are counted on; everything else about the failed try is forgotten. */
function waitingAgain(record: StepRecord | undefined): StepRecord {
  return { state: 'waiting', attempts: record?.attempts ?? 0 };
}
