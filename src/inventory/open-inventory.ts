import { type Clock, Emitter, type Logger, systemClock } from '../base/index.ts';
import { type Connection, type PveClient, PveError } from '../pve/index.ts';
import { diffRows, historyOf, type RowDifference } from './diff.ts';
import type { Change, Health, HistoryEntry, Inventory, Live, Row } from './inventory.ts';
import { readResources } from './resources.ts';
import { SharedRequest } from './shared-request.ts';
import { type FileSystem, type InventoryStore, loadSqlite, openGenerations, openStore } from './store/index.ts';

export interface InventoryOptions {
  /** Absolute path of the folder for the store's files; made when the first thing is stored. */
  readonly folder: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Absolute path of `sql-wasm.wasm`; the installed `sql.js` package's when absent. */
  readonly sqlWasm?: string;
  /** For tests: the file system the store writes through. */
  readonly files?: FileSystem;
}

/** Opens the inventory with what the last session, or another window, stored. Rejects only when SQLite itself cannot be loaded. */
export async function openInventory(options: InventoryOptions): Promise<Inventory> {
  const { folder, logger, clock = systemClock, sqlWasm, files } = options;
  const generations = openGenerations(folder, logger, clock, files);
  const store = await openStore({ sqlite: await loadSqlite(sqlWasm), generations, logger, clock });
  return new StoredInventory(store, logger, clock);
}

/** A refresh under way. */
interface Flight {
  readonly client: PveClient;
  readonly request: SharedRequest<void>;
}

interface ConnectionState {
  rows: ReadonlyMap<string, Row>;
  readonly live: Map<string, Live>;
  health: Health;
  skippedReport: string;
  flight?: Flight;
  /** The refresh that follows the one under way. */
  next?: Promise<void> | undefined;
}

const noDifference: RowDifference = { added: [], changed: [], removed: [] };

class StoredInventory implements Inventory {
  readonly #store: InventoryStore;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #states = new Map<string, ConnectionState>();
  readonly #changes = new Emitter<Change>();
  #disposed = false;

  readonly onDidChange = this.#changes.event;

  constructor(store: InventoryStore, logger: Logger, clock: Clock) {
    this.#store = store;
    this.#logger = logger;
    this.#clock = clock;
    store.onDidReplace((connectionIds) => this.#adopt(connectionIds));
  }

  rows(connectionId: string): ReadonlyMap<string, Row> {
    return this.#state(connectionId).rows;
  }

  live(connectionId: string, rowId: string): Live | undefined {
    return this.#states.get(connectionId)?.live.get(rowId);
  }

  health(connectionId: string): Health {
    return this.#states.get(connectionId)?.health ?? { state: 'unknown' };
  }

  history(connectionId: string, rowId?: string, limit = 1000): readonly HistoryEntry[] {
    return this.#disposed ? [] : this.#store.history(connectionId, rowId, limit);
  }

  async refresh(connection: Connection, client: PveClient, signal?: AbortSignal): Promise<void> {
    if (this.#disposed || signal?.aborted) return;
    const state = this.#state(connection.id);
    if (state.flight !== undefined && state.flight.client !== client) this.#abandon(state);
    const flight = (state.flight ??= this.#depart(connection, client, state));
    // The request itself never rejects; giving up waiting for it is the caller's own choice and no failure.
    await flight.request.join(signal).catch(() => undefined);
  }

  async refreshAnew(connection: Connection, client: PveClient): Promise<void> {
    const state = this.#state(connection.id);
    const { flight } = state;
    if (flight === undefined || flight.client !== client) return await this.refresh(connection, client);
    const follow = async (): Promise<void> => {
      await flight.request.join().catch(() => undefined);
      state.next = undefined;
      await this.refresh(connection, client);
    };
    await (state.next ??= follow());
  }

  async forget(connectionId: string): Promise<void> {
    const state = this.#states.get(connectionId);
    if (state !== undefined) this.#abandon(state);
    this.#states.delete(connectionId);
    if (this.#disposed) return;
    this.#store.forget(connectionId);
    if (state !== undefined && state.rows.size > 0) {
      this.#fire(connectionId, { ...noDifference, removed: [...state.rows.keys()] }, [], false);
    }
    await this.#store.save();
  }

  dispose(): void {
    this.#disposed = true;
    for (const state of this.#states.values()) this.#abandon(state);
    this.#changes.dispose();
    this.#store.close();
  }

  #state(connectionId: string): ConnectionState {
    let state = this.#states.get(connectionId);
    if (state === undefined) {
      const rows: ReadonlyMap<string, Row> = this.#disposed ? new Map() : this.#store.rows(connectionId);
      state = { rows, live: new Map(), health: { state: 'unknown' }, skippedReport: '' };
      this.#states.set(connectionId, state);
    }
    return state;
  }

  /** Starts a refresh, which never rejects. */
  #depart(connection: Connection, client: PveClient, state: ConnectionState): Flight {
    const before = settled(state.health);
    state.health = { state: 'refreshing', last: before };
    const work = async (signal: AbortSignal): Promise<void> => {
      // Who refreshes after the answer is there gets a request of their own: this answer is already out of date.
      try {
        const [data] = await Promise.all([client.get('/cluster/resources', undefined, { signal }), this.#store.catchUp()]);
        if (signal.aborted) return;
        delete state.flight;
        this.#land(connection, state, data, before);
      } catch (error) {
        if (signal.aborted) return;
        delete state.flight;
        this.#fail(connection, state, error, before);
      }
      await this.#store.save();
    };
    const flight: Flight = {
      client,
      request: new SharedRequest(work, () => {
        if (state.flight === flight) this.#abandon(state);
      }),
    };
    return flight;
  }

  /** Takes over the cluster's answer: rows, counters, store, event. Throws a {@link PveError} when it is not one. */
  #land(connection: Connection, state: ConnectionState, data: unknown, before: Health): void {
    const { id } = connection;
    const old = state.rows;
    const { rows, moved, skipped } = readResources(data, old, state.live, connection);
    this.#reportSkipped(connection, state, skipped);
    const difference = rows === old ? noDifference : diffRows(old, rows);
    const now = this.#clock.now();
    const syncedAt = this.#store.syncedAt(id);
    const isFirst = syncedAt === 0;
    if (isFirst || !isEmpty(difference)) {
      // Two refreshes never share a time, even when the clock stands still or is set back.
      const at = Math.max(now, syncedAt + 1);
      // What the first refresh finds was there before: it is no change and makes no history.
      const entries = isFirst ? [] : historyOf(difference, old, rows, at);
      this.#store.put(id, { syncedAt: at, rows, difference, entries });
      state.rows = rows;
    }
    state.health = { state: 'ok', at: now };
    this.#fire(id, difference, moved, before.state !== 'ok');
  }

  /** Once per set of bad rows: a row that stays bad would else fill the log with every refresh. */
  #reportSkipped(connection: Connection, state: ConnectionState, skipped: readonly string[]): void {
    const report = skipped.length === 0 ? '' : `${skipped.length} rows of /cluster/resources are left out: ${skipped.slice(0, 3).join(' · ')}${skipped.length > 3 ? ' · …' : ''}`;
    if (report !== '' && report !== state.skippedReport) this.#logger.warn(`${connection.name}: ${report}`);
    state.skippedReport = report;
  }

  #fail(connection: Connection, state: ConnectionState, cause: unknown, before: Health): void {
    const error = asPveError(cause);
    if (error.kind === 'cancelled') {
      state.health = before;
      return;
    }
    const isNews = before.state !== 'failed' || before.error.kind !== error.kind || before.error.message !== error.message;
    state.health = { state: 'failed', at: this.#clock.now(), error };
    if (isNews) this.#logger.warn(`${connection.name}: the refresh failed: ${error.message}`);
    this.#fire(connection.id, noDifference, [], isNews);
  }

  /** Takes over the rows that another window stored for these connections. */
  #adopt(connectionIds: readonly string[]): void {
    for (const id of connectionIds) {
      const state = this.#states.get(id);
      if (state === undefined) continue; // never asked for here; read when it is
      const rows = this.#store.rows(id);
      const difference = diffRows(state.rows, rows);
      state.rows = rows;
      this.#fire(id, difference, [], false);
    }
  }

  #abandon(state: ConnectionState): void {
    const flight = state.flight;
    if (flight === undefined) return;
    delete state.flight;
    state.health = settled(state.health);
    flight.request.cancel();
  }

  #fire(connectionId: string, difference: RowDifference, live: readonly string[], health: boolean): void {
    if (isEmpty(difference) && live.length === 0 && !health) return;
    try {
      this.#changes.fire({ connectionId, ...difference, live, health });
    } catch (error) {
      this.#logger.error(`A listener of the inventory failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
}

function isEmpty({ added, changed, removed }: RowDifference): boolean {
  return added.length === 0 && changed.length === 0 && removed.length === 0;
}

/** The health without a refresh under way. */
function settled(health: Health): Health {
  return health.state === 'refreshing' ? (health.last ?? { state: 'unknown' }) : health;
}

function asPveError(cause: unknown): PveError {
  if (cause instanceof PveError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new PveError({ kind: 'server-error', message: `The inventory could not be refreshed: ${message}.`, cause });
}
