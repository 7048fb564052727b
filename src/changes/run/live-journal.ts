import { Emitter } from '../../base/index.ts';
import type { JournalStore } from './journal-store.ts';
import type { Journal, StepRecord } from './run.ts';

const fresh: StepRecord = { state: 'waiting', attempts: 0 };

/** A run's journal while somebody works on it: changes are told at once, and written together when several come at a time. */
export class LiveJournal {
  readonly #store: JournalStore;
  readonly #changes = new Emitter<Journal>();
  #current: Journal;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  readonly onDidChange = this.#changes.event;

  constructor(store: JournalStore, journal: Journal) {
    this.#store = store;
    this.#current = journal;
  }

  get current(): Journal {
    return this.#current;
  }

  step(id: string): StepRecord {
    return this.#current.steps[id] ?? fresh;
  }

  /** Resolves when the change is on the disk. */
  async setStep(id: string, change: Partial<StepRecord>): Promise<void> {
    const record = Object.fromEntries(Object.entries({ ...this.step(id), ...change }).filter(([, value]) => value !== undefined)) as StepRecord;
    this.#set({ ...this.#current, steps: { ...this.#current.steps, [id]: record } });
    await this.flush();
  }

  async setState(state: Journal['state'], ended?: string): Promise<void> {
    const next: Journal = { ...this.#current, state };
    if (ended === undefined) delete next.ended;
    else next.ended = ended;
    this.#set(next);
    await this.flush();
  }

  /** Writes what has changed; whoever comes while a write is under way shares the next one. */
  flush(): Promise<void> {
    if (this.#writing === undefined) return (this.#writing = this.#write());
    return (this.#next ??= this.#writing.catch(() => undefined).then(() => {
      this.#next = undefined;
      return (this.#writing = this.#write());
    }));
  }

  async #write(): Promise<void> {
    try {
      await this.#store.write(this.#current);
    } finally {
      this.#writing = undefined;
    }
  }

  #set(journal: Journal): void {
    this.#current = journal;
    this.#changes.fire(journal);
  }
}
