import type { SqlJsStatic } from 'sql.js';
import { type Clock, Emitter, type Logger } from '../../base/index.ts';
import { diffRows, historyOf } from '../diff.ts';
import type { HistoryEntry, Row } from '../inventory.ts';
import { InventoryDatabase, type StoredRefresh } from './database.ts';
import type { Generations } from './generations.ts';

/** History older than this (90 days, in milliseconds) is dropped. */
export const historyAge = 90 * 24 * 60 * 60 * 1000;
/** Most history entries kept over all connections of a store. */
export const historyLimit = 50_000;

/** What this window has learnt of one connection and no generation on disk holds yet. */
interface Pending {
  /** The refresh of the generation this was built on. */
  readonly baseSyncedAt: number;
  readonly syncedAt: number;
  readonly rows: ReadonlyMap<string, Row>;
  readonly entries: readonly HistoryEntry[];
}
/** `undefined` stands for a forgotten connection. */
type PendingByConnection = Map<string, Pending | undefined>;

interface StoreParts {
  readonly sqlite: SqlJsStatic;
  readonly generations: Generations;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Opens the newest readable state; a folder that cannot be read is reported and the store begins empty, in memory. */
export async function openStore(parts: StoreParts): Promise<InventoryStore> {
  const { sqlite, generations, logger } = parts;
  try {
    const found = await generations.latest();
    return new InventoryStore(parts, new InventoryDatabase(sqlite, found?.bytes), found?.number ?? 0);
  } catch (error) {
    logger.warn(`The stored inventory cannot be read and is rebuilt from the clusters: ${messageOf(error)}`);
    return new InventoryStore(parts, new InventoryDatabase(sqlite), 0);
  }
}

/**
 * What the inventory keeps between sessions. Changes are made in memory at once ({@link put}, {@link forget}) and
 * become durable with {@link save}.
 *
 * When another window has published a generation meanwhile, this window takes that one as its new ground and puts
 * what it has pending on top: of each connection the rows of the later refresh stand, and the history of both is
 * joined, a change that both windows saw being kept once.
 */
export class InventoryStore {
  readonly #parts: StoreParts;
  #database: InventoryDatabase;
  #generation: number;
  #pending: PendingByConnection = new Map();
  #turn: Promise<unknown> = Promise.resolve();
  #writeFailure: string | undefined;
  readonly #replaced = new Emitter<readonly string[]>();

  /**
   * The connections whose rows are different ones now because another window's were later. Sent in the same breath as
   * the exchange, so that nobody can put a difference to rows that are no longer there.
   */
  readonly onDidReplace = this.#replaced.event;

  constructor(parts: StoreParts, database: InventoryDatabase, generation: number) {
    this.#parts = parts;
    this.#database = database;
    this.#generation = generation;
  }

  syncedAt(connectionId: string): number {
    return this.#database.syncedAt(connectionId);
  }

  rows(connectionId: string): ReadonlyMap<string, Row> {
    return this.#database.rows(connectionId);
  }

  history(connectionId: string, rowId: string | undefined, limit: number): HistoryEntry[] {
    return this.#database.history(connectionId, rowId, limit);
  }

  /** Takes over one refresh; its `rows` must not be changed afterwards. */
  put(connectionId: string, refresh: StoredRefresh): void {
    const earlier = this.#pending.get(connectionId);
    const baseSyncedAt = earlier?.baseSyncedAt ?? (this.#pending.has(connectionId) ? 0 : this.#database.syncedAt(connectionId));
    this.#database.put(connectionId, refresh);
    this.#database.prune(this.#parts.clock.now() - historyAge, historyLimit);
    const entries = [...(earlier?.entries ?? []), ...refresh.entries].slice(-historyLimit);
    this.#pending.set(connectionId, { baseSyncedAt, syncedAt: refresh.syncedAt, rows: refresh.rows, entries });
  }

  forget(connectionId: string): void {
    this.#database.forget(connectionId);
    this.#pending.set(connectionId, undefined);
  }

  /** Takes over what another window has published since. Never rejects. */
  catchUp(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        if ((await this.#parts.generations.highest()) > this.#generation) await this.#rebase();
      } catch (error) {
        this.#parts.logger.debug(`Another window's inventory cannot be read: ${messageOf(error)}`);
      }
    });
  }

  /**
   * Makes everything put so far durable. Never rejects: a write that fails is reported once until one succeeds again,
   * and what it held is written with the next save.
   */
  save(): Promise<void> {
    return this.#inTurn(async () => {
      while (this.#pending.size > 0) {
        const writing = this.#pending;
        this.#pending = new Map();
        let published = false;
        try {
          published = await this.#parts.generations.publish(this.#generation + 1, this.#database.export());
          if (published) this.#generation++;
          else {
            this.#restorePending(writing);
            await this.#rebase();
          }
        } catch (error) {
          if (!published) this.#restorePending(writing);
          this.#reportFailure(error);
          break;
        }
        this.#reportSuccess();
      }
    });
  }

  /** Frees the store's memory once the saves asked for so far are done. */
  close(): void {
    this.#replaced.dispose();
    void this.#inTurn(() => Promise.resolve(this.#database.close()));
  }

  /** Puts what a failed write held back before what has come since. */
  #restorePending(earlier: PendingByConnection): void {
    const later = this.#pending;
    this.#pending = new Map(earlier);
    for (const [id, pending] of later) {
      const before = earlier.get(id);
      this.#pending.set(
        id,
        before === undefined || pending === undefined
          ? pending
          : { ...pending, baseSyncedAt: before.baseSyncedAt, entries: [...before.entries, ...pending.entries].slice(-historyLimit) },
      );
    }
  }

  /** Exchanges the database for the newest generation with the pending changes on top. */
  async #rebase(): Promise<void> {
    const latest = await this.#parts.generations.latest();
    if (latest === undefined) {
      // Someone has removed the files: what is in memory is the newest there is.
      this.#generation = 0;
      return;
    }
    this.#generation = latest.number;
    if (latest.bytes === undefined) return;
    const old = this.#database;
    const next = new InventoryDatabase(this.#parts.sqlite, latest.bytes);
    const replaced = new Set(next.connections().filter(({ id, syncedAt }) => syncedAt !== old.syncedAt(id)).map(({ id }) => id));
    for (const { id } of old.connections()) if (next.syncedAt(id) === 0) replaced.add(id);
    for (const [id, pending] of this.#pending) {
      if (pending === undefined) next.forget(id);
      else if (next.syncedAt(id) >= pending.syncedAt) {
        next.addHistory(id, unseenEntries(pending, next, id));
        continue;
      } else putOnTop(next, id, pending);
      replaced.delete(id);
    }
    this.#database = next;
    old.close();
    if (replaced.size > 0) this.#replaced.fire([...replaced]);
  }

  #reportFailure(error: unknown): void {
    if (this.#writeFailure !== undefined) return;
    this.#writeFailure = messageOf(error);
    this.#parts.logger.error(`The inventory cannot be stored: ${this.#writeFailure}. What was stored before is intact; this session goes on from memory and tries again with every change.`);
  }

  #reportSuccess(): void {
    if (this.#writeFailure === undefined) return;
    this.#writeFailure = undefined;
    this.#parts.logger.info('The inventory can be stored again.');
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Stores the pending state over an older one of another window, with the history that leads from there to here. */
function putOnTop(database: InventoryDatabase, connectionId: string, pending: Pending): void {
  const theirs = database.rows(connectionId);
  const difference = diffRows(theirs, pending.rows);
  const syncedAt = database.syncedAt(connectionId);
  const untouched = syncedAt === pending.baseSyncedAt || syncedAt === 0;
  const entries = untouched
    ? pending.entries
    : [
        ...unseenEntries(pending, database, connectionId).filter((entry) => entry.at < pending.syncedAt),
        ...historyOf(difference, theirs, pending.rows, pending.syncedAt),
      ];
  database.put(connectionId, { syncedAt: pending.syncedAt, rows: pending.rows, difference, entries });
}

/** The pending entries without those that tell of a change the other window has recorded too since the common ground. */
function unseenEntries(pending: Pending, database: InventoryDatabase, connectionId: string): HistoryEntry[] {
  const seen = new Set(database.historySince(connectionId, pending.baseSyncedAt).map(contentOf));
  return pending.entries.filter((entry) => !seen.has(contentOf(entry)));
}

function contentOf(entry: HistoryEntry): string {
  return JSON.stringify([entry.id, entry.change, entry.fields]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
