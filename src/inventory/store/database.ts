import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import initSqlJs, { type Database, type SqlJsStatic } from 'sql.js';
import type { RowDifference } from '../diff.ts';
import type { HistoryEntry, Row } from '../inventory.ts';

/**
 * Loads SQLite.
 * @param wasmFile absolute path of `sql-wasm.wasm`; without it the file of the installed `sql.js` package is taken.
 */
export async function loadSqlite(wasmFile?: string): Promise<SqlJsStatic> {
  const file = wasmFile ?? fileURLToPath(import.meta.resolve('sql.js/dist/sql-wasm.wasm'));
  const wasm = await readFile(file);
  return initSqlJs({ wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) });
}

/** One refresh of one connection, as it is stored. */
export interface StoredRefresh {
  /** Milliseconds since the epoch. */
  readonly syncedAt: number;
  /** All rows after it. */
  readonly rows: ReadonlyMap<string, Row>;
  /** What of `rows` is different from the rows stored before. */
  readonly difference: RowDifference;
  readonly entries: readonly HistoryEntry[];
}

/*
 * A connection's rows are one JSON array, in `base`, and the rows that have changed since it was written, in `row`
 * (`data` is NULL for one that is gone). Ten thousand rows of a first refresh then cost one value instead of ten
 * thousand statements, and a refresh that changes a hundred writes only these. The array has a table of its own
 * because SQLite writes a whole record anew when any of its columns changes, and is deflated because every save
 * writes it to the disk: a tenth of the bytes.
 */
const schema = `
  CREATE TABLE IF NOT EXISTS connection (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, synced_at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS base (connection INTEGER PRIMARY KEY, data BLOB);
  CREATE TABLE IF NOT EXISTS row (connection INTEGER NOT NULL, id TEXT NOT NULL, data TEXT, PRIMARY KEY (connection, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS history (connection INTEGER NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL, change TEXT NOT NULL, fields TEXT,
    PRIMARY KEY (connection, at, id)) WITHOUT ROWID;
`;

/** The array is written anew once more than this part of its rows, and more than a few, has changed since. */
const changedPart = 0.25;
const changedFew = 64;

/** The store's tables in memory: connections, their rows as of their last refresh, and the history. */
export class InventoryDatabase {
  readonly #database: Database;
  #historyCount: number;

  /** @param bytes an SQLite database of this schema; throws when it is none. */
  constructor(sqlite: SqlJsStatic, bytes?: Uint8Array) {
    this.#database = new sqlite.Database(bytes);
    this.#setUp();
    this.#historyCount = this.#scalar<number>('SELECT count(*) FROM history') ?? 0;
  }

  /** Milliseconds since the epoch of the refresh the connection's rows are from; 0 for a connection without rows. */
  syncedAt(connectionId: string): number {
    return this.#scalar<number>('SELECT synced_at FROM connection WHERE id = ?', connectionId) ?? 0;
  }

  connections(): readonly { readonly id: string; readonly syncedAt: number }[] {
    return this.#all('SELECT id, synced_at FROM connection').map(([id, syncedAt]) => ({ id: id as string, syncedAt: syncedAt as number }));
  }

  rows(connectionId: string): Map<string, Row> {
    const [key, base] = this.#all('SELECT key, data FROM connection LEFT JOIN base ON connection = key WHERE id = ?', connectionId)[0] ?? [];
    const rows = new Map<string, Row>();
    if (base instanceof Uint8Array) {
      for (const row of JSON.parse(inflateRawSync(base).toString()) as Row[]) rows.set(row.id, row);
    }
    for (const [id, data] of this.#all('SELECT id, data FROM row WHERE connection = ?', (key ?? null) as number | null)) {
      if (data === null) rows.delete(id as string);
      else rows.set(id as string, JSON.parse(data as string) as Row);
    }
    return rows;
  }

  /** Newest first. */
  history(connectionId: string, rowId: string | undefined, limit: number): HistoryEntry[] {
    return this.#entries('(?2 IS NULL OR id = ?2) ORDER BY at DESC, id LIMIT ?3', connectionId, rowId ?? null, limit);
  }

  /** The history after `at` (milliseconds since the epoch, exclusive). */
  historySince(connectionId: string, at: number): HistoryEntry[] {
    return this.#entries('at > ?2', connectionId, at);
  }

  /** Stores one refresh in one transaction. */
  put(connectionId: string, { syncedAt, rows, difference, entries }: StoredRefresh): void {
    this.#transaction(() => {
      this.#database.run('INSERT INTO connection (id, synced_at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET synced_at = excluded.synced_at', [connectionId, syncedAt]);
      const key = this.#keyOf(connectionId);
      const { added, changed, removed } = difference;
      const changes = added.length + changed.length + removed.length;
      const earlier = this.#scalar<number>('SELECT count(*) FROM row WHERE connection = ?', key) ?? 0;
      if (changes + earlier > Math.max(changedFew, rows.size * changedPart)) {
        // What is deleted first is overwritten; else the file would keep the room of both for good.
        for (const table of ['base', 'row']) this.#database.run(`DELETE FROM ${table} WHERE connection = ?`, [key]);
        this.#database.run('INSERT INTO base VALUES (?, ?)', [key, deflateRawSync(JSON.stringify([...rows.values()]), { level: 3 })]);
      } else {
        const replace = 'INSERT OR REPLACE INTO row VALUES (?, ?, ?)';
        for (const ids of [added, changed]) this.#each(replace, ids, (id) => [key, id, JSON.stringify(rows.get(id))]);
        this.#each(replace, removed, (id) => [key, id, null]);
      }
      this.#insertHistory(key, entries);
    });
  }

  /** Adds to the history of a connection that is stored; an entry of the same row and time stands as it is. */
  addHistory(connectionId: string, entries: readonly HistoryEntry[]): void {
    this.#transaction(() => this.#insertHistory(this.#keyOf(connectionId), entries));
  }

  forget(connectionId: string): void {
    this.#transaction(() => {
      for (const table of ['base', 'row', 'history']) {
        this.#database.run(`DELETE FROM ${table} WHERE connection = (SELECT key FROM connection WHERE id = ?)`, [connectionId]);
      }
      this.#database.run('DELETE FROM connection WHERE id = ?', [connectionId]);
    });
    this.#historyCount = this.#scalar<number>('SELECT count(*) FROM history') ?? 0;
  }

  /** Drops history before `oldest` (milliseconds since the epoch) and, of what is left, the oldest beyond `limit` entries. */
  prune(oldest: number, limit: number): void {
    this.#database.run('DELETE FROM history WHERE connection IN (SELECT key FROM connection) AND at < ?', [oldest]);
    // A tenth more than the limit may stand, so that a store that is full is not sorted at every write.
    if (this.#historyCount <= limit * 1.1) return;
    this.#database.run('DELETE FROM history WHERE at <= (SELECT at FROM history ORDER BY at DESC LIMIT 1 OFFSET ?)', [limit]);
    this.#historyCount = this.#scalar<number>('SELECT count(*) FROM history') ?? 0;
  }

  /** The database as the bytes of an SQLite file. */
  export(): Uint8Array {
    const bytes = this.#database.export();
    this.#configure(); // sql.js closes and reopens the database to read it
    return bytes;
  }

  close(): void {
    this.#database.close();
  }

  #insertHistory(key: number, entries: readonly HistoryEntry[]): void {
    this.#each('INSERT OR IGNORE INTO history VALUES (?, ?, ?, ?, ?)', entries, (entry) => [
      key,
      entry.at,
      entry.id,
      entry.change,
      entry.fields === undefined ? null : JSON.stringify(entry.fields),
    ]);
    this.#historyCount += entries.length;
  }

  #keyOf(connectionId: string): number {
    const key = this.#scalar<number>('SELECT key FROM connection WHERE id = ?', connectionId);
    if (key === undefined) throw new Error(`The connection ${connectionId} is not stored.`);
    return key;
  }

  #setUp(): void {
    this.#configure();
    this.#database.run(schema);
  }

  #configure(): void {
    // The "disk" is this process's memory: durability is the business of the generations on the real disk.
    this.#database.run('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;');
  }

  #transaction(work: () => void): void {
    this.#database.run('BEGIN');
    try {
      work();
      this.#database.run('COMMIT');
    } catch (error) {
      this.#database.run('ROLLBACK');
      throw error;
    }
  }

  #each<T>(sql: string, items: readonly T[], values: (item: T) => (string | number | null)[]): void {
    if (items.length === 0) return;
    const statement = this.#database.prepare(sql);
    try {
      for (const item of items) statement.run(values(item));
    } finally {
      statement.free();
    }
  }

  #entries(condition: string, connectionId: string, ...values: (string | number | null)[]): HistoryEntry[] {
    return this.#all(
      `SELECT at, id, change, fields FROM history WHERE connection = (SELECT key FROM connection WHERE id = ?1) AND ${condition}`,
      connectionId,
      ...values,
    ).map(([at, id, change, fields]) => ({
      at: at as number,
      id: id as string,
      change: change as HistoryEntry['change'],
      ...(fields === null ? {} : { fields: JSON.parse(fields as string) as NonNullable<HistoryEntry['fields']> }),
    }));
  }

  #all(sql: string, ...values: (string | number | null)[]): unknown[][] {
    return this.#database.exec(sql, values)[0]?.values ?? [];
  }

  #scalar<T extends string | number>(sql: string, ...values: (string | number | null)[]): T | undefined {
    return (this.#all(sql, ...values)[0]?.[0] ?? undefined) as T | undefined;
  }
}
